# for: result.new(
# import: data.shims.result
package shims.result

new(message, _) := {"msg": message}
