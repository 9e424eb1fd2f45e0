%% Calls to a gen_server, by as many callers as there are calls in flight.
-module(gen_call).
-behaviour(gen_server).
-export([run/3, init/1, handle_call/3, handle_cast/2]).

run(Size, Seed, Width) ->
    {ok, Server} = gen_server:start_link(?MODULE, none, []),
    Result = bench:timed(fun() -> calls(Server, Seed, Size, Width) end),
    gen_server:stop(Server),
    Result.

calls(Server, Seed, Size, 1) -> call(Server, Seed, 0, 1, Size, 0);
calls(Server, Seed, Size, Width) ->
    Main = self(),
    [spawn_link(fun() -> Main ! {sum, call(Server, Seed, First, Width, Size, 0)} end) || First <- lists:seq(0, Width - 1)],
    lists:sum([receive {sum, Sum} -> Sum end || _ <- lists:seq(1, Width)]).

%% Every Step-th call from Index on.
call(_Server, _Seed, Index, _Step, Size, Sum) when Index >= Size -> Sum;
call(Server, Seed, Index, Step, Size, Sum) ->
    Answer = gen_server:call(Server, {next, bench:value_at(Seed, Index)}),
    call(Server, Seed, Index + Step, Step, Size, Sum + Answer).

init(none) -> {ok, none}.
handle_call({next, Value}, _From, State) -> {reply, Value + 1, State}.
handle_cast(_, State) -> {noreply, State}.
