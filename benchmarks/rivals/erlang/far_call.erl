%% Calls to a process of another node, so many at once: a monitor and a deadline each, as gen_server has them.
-module(far_call).
-export([run/3, echo/0]).

run(Size, Seed, Width) ->
    Echo = far_node:started(?MODULE, fun() -> echo() end),
    bench:timed(fun() ->
        Main = self(),
        Share = Size div Width,
        [spawn_link(fun() -> Main ! {sum, call(Echo, Seed, I * Share, (I + 1) * Share, 0)} end) || I <- lists:seq(0, Width - 1)],
        lists:sum([receive {sum, Sum} -> Sum end || _ <- lists:seq(1, Width)])
    end).

call(_Echo, _Seed, End, End, Sum) -> Sum;
call(Echo, Seed, Index, End, Sum) ->
    Ref = monitor(process, Echo),
    Echo ! {call, self(), Ref, bench:value_at(Seed, Index)},
    receive
        {Ref, Answer} ->
            demonitor(Ref, [flush]),
            call(Echo, Seed, Index + 1, End, Sum + Answer)
    after 60000 -> exit(timeout)
    end.

echo() ->
    receive {call, From, Ref, Value} -> From ! {Ref, Value + 1} end,
    echo().
