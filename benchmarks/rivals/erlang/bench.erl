%% Runs another module as often as standard input asks: a line `Size Seed Width` is answered with `Value Figure`.
-module(bench).
-export([main/1, value_at/2, timed/1]).

main(Module) ->
    case io:get_line("") of
        eof -> ok;
        Line ->
            [Size, Seed, Width] = [list_to_integer(Word) || Word <- string:tokens(string:trim(Line), " ")],
            {Value, Figure} = alone(fun() -> Module:run(Size, Seed, Width) end),
            io:format("~w ~w~n", [Value, Figure]),
            main(Module)
    end.

%% The value of the message number Index, as harness/values.ts has it.
value_at(Seed, Index) -> (Seed + Index * 31) band 1023.

%% The result of Fun with the microseconds it took.
timed(Fun) ->
    Start = erlang:monotonic_time(microsecond),
    Value = Fun(),
    {Value, erlang:monotonic_time(microsecond) - Start}.

%% In a process of its own, which leaves no garbage to the next run.
alone(Fun) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({result, Fun()}) end),
    receive {'DOWN', Ref, process, Pid, {result, Result}} -> Result end.
