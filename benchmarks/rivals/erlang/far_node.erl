%% A second node, started once, with a process on it.
-module(far_node).
-export([started/2]).

started(Module, Loop) ->
    case persistent_term:get({?MODULE, Module}, none) of
        none ->
            {ok, _Peer, Node} = peer:start(#{name => peer:random_name(), host => "127.0.0.1", longnames => true}),
            [load(Node, Name) || Name <- [bench, Module]],
            Pid = spawn(Node, Loop),
            persistent_term:put({?MODULE, Module}, Pid),
            Pid;
        Pid -> Pid
    end.

load(Node, Name) ->
    File = os:getenv("BENCH_FOLDER") ++ atom_to_list(Name) ++ ".erl",
    {ok, Name, Code} = compile:file(File, [binary, report]),
    {module, Name} = rpc:call(Node, code, load_binary, [Name, File, Code]).
