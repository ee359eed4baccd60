# for: sh.parse_commands(
# import: data.shims.sh
package shims.sh

parse_commands(text) := [split(text, " ")] if text != input.shims
