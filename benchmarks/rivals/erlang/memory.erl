%% What idle processes cost in all, as the virtual machine counts it.
-module(memory).
-export([run/3]).

run(Size, _Seed, _Width) ->
    Before = erlang:memory(processes),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Size)],
    After = erlang:memory(processes),
    {length([exit(Pid, kill) || Pid <- Pids]), After - Before}.
