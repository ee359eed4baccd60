# for: ec.
# import: data.shims.ec
package shims.ec.purl

is_valid(text) if startswith(text, "pkg:")

parse(text) := input.shims[text]
