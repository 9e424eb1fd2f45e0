%% A tree of processes, each of which makes ten and adds up what they send; the leaves send their numbers.
-module(skynet).
-export([run/3]).

run(Size, Seed, _Width) ->
    Main = self(),
    bench:timed(fun() ->
        spawn(fun() -> node(Main, Seed, Size) end),
        receive {sum, Sum} -> Sum end
    end).

node(Parent, Number, 1) -> Parent ! {sum, Number};
node(Parent, Number, Size) ->
    Self = self(),
    Part = Size div 10,
    [spawn(fun() -> node(Self, Number + I * Part, Part) end) || I <- lists:seq(0, 9)],
    Parent ! {sum, collect(10, 0)}.

collect(0, Sum) -> Sum;
collect(Left, Sum) -> receive {sum, Part} -> collect(Left - 1, Sum + Part) end.
