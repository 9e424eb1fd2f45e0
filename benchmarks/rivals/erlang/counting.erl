%% All messages to one process, then a query for their sum.
-module(counting).
-export([run/3]).

run(Size, Seed, _Width) ->
    Counter = spawn_link(fun() -> count(0) end),
    bench:timed(fun() ->
        send(Counter, Seed, 0, Size),
        Counter ! {take, self()},
        receive {sum, Sum} -> Sum end
    end).

send(_Counter, _Seed, Size, Size) -> ok;
send(Counter, Seed, Index, Size) ->
    Counter ! {add, bench:value_at(Seed, Index)},
    send(Counter, Seed, Index + 1, Size).

count(Sum) ->
    receive
        {add, Value} -> count(Sum + Value);
        {take, From} -> From ! {sum, Sum}
    end.
