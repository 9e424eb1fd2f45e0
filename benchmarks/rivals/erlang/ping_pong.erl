%% Two processes, introduced to each other once, send a growing number to and fro.
-module(ping_pong).
-export([run/3]).

run(Size, Seed, _Width) ->
    Main = self(),
    Ping = spawn_link(fun() -> meet(Main) end),
    Pong = spawn_link(fun() -> meet(Main) end),
    Ping ! {meet, Pong},
    Pong ! {meet, Ping},
    Result = bench:timed(fun() ->
        Ping ! {hit, Seed + 1, Seed + Size},
        receive {last, Value} -> Value end
    end),
    [begin unlink(Pid), exit(Pid, kill) end || Pid <- [Ping, Pong]],
    Result.

meet(Main) ->
    receive {meet, Partner} -> play(Main, Partner) end.

play(Main, Partner) ->
    receive
        {hit, End, End} -> Main ! {last, End};
        {hit, Value, End} -> Partner ! {hit, Value + 1, End}
    end,
    play(Main, Partner).
