%% Creates processes and sends each a message; the last one to have it tells. They live until the clock no longer runs.
-module(create).
-export([run/3]).

run(Size, Seed, _Width) ->
    Main = self(),
    Sum = atomics:new(2, []),
    {Pids, Elapsed} = bench:timed(fun() ->
        Made = make(Main, Sum, Seed, 0, Size, []),
        receive all_arrived -> Made end
    end),
    [exit(Pid, kill) || Pid <- Pids],
    {atomics:get(Sum, 1), Elapsed}.

make(_Main, _Sum, _Seed, Size, Size, Pids) -> Pids;
make(Main, Sum, Seed, Index, Size, Pids) ->
    Pid = spawn(fun() -> child(Main, Sum, Size) end),
    Pid ! {value, bench:value_at(Seed, Index)},
    make(Main, Sum, Seed, Index + 1, Size, [Pid | Pids]).

child(Main, Sum, Size) ->
    receive
        {value, Value} ->
            atomics:add(Sum, 1, Value),
            case atomics:add_get(Sum, 2, 1) of
                Size -> Main ! all_arrived;
                _ -> ok
            end,
            child(Main, Sum, Size)
    end.
