# METADATA
# title: Everything
package every["thing"].here

import data.a.b["c d"] as other
import input
import future.keywords.in
import rego.v1

# METADATA
# scope: rule
default allow := false

default f(_) := {"a": [1, -2.5e3, `raw`]}

limit := 3

path.to["the rule"].x := 1 if true

nested[x][y].z contains w if some x, y, w

name[key] := value if some key, value in input.objects

f(x) := y if {
	y := x + 1
} else := 2 if {
	x == 3
} else := 4

g(x, [y, {"k": z}]) if x | y & z == {1}

allow if {
	count(input.xs) > 0
	every i, x in input.xs { x.a[i] != "b"; not x.c }
	some n
	input.list[n] == -n
	xs := [x | x := input.ys[_]; x % 2 == 0]
	ys := {x | x = xs[_]} | {1, 2}
	zs := {k: v | some k, v in input.map}
	$"text {xs[0]} and \{brace {sprintf("%d", [n])}" != $`raw
{n}`
	data.x[ys[_]].deny with input.a as {"b": 1} with data.c as set()
	{a | b, c} != [a | b == c, d]
	is_x.y("z")[0].w
	not "a" in {"b"}; "k", "v" in zs
}

allow if { true } { false }

deny contains msg if {
	msg := concat(", ", [
		"a",
		"b", # a comment
	])
}

if.then := 1

test_it if allow with input as {"xs": [1]} with data.y as []
