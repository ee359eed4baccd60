package logic

import rego.v2

p if a and b

p if {
	a or b and c
	(a or b) and c
}

p if {
	not {a; b}
	not (a or not b)
	not x == {1} and y
}

p if {
	{x := 1; x > 0} and {y} or z
	(a with input as 1) or b
	(a or b) with input.x as 2
}

q contains x if {
	some x in xs
	not x in {1, 2}
	(x == 1) or (x == 2)
	({1} == x) and (x | y) == {3}
	{(x | y); z} or w
	((a)) and ((b or c))
}

r := [x | some x in xs; not {x == 1} or x == 2]

f(x) := and(x, {1}) if or(x, {2}) and x

s := {k: v | some k, v in xs; k == 1 or v == 2}

t if not (a with input as 1)

u if (not a) and b

v if {
	print("x"); a and b
	not {every x in xs { x and y }}
}
