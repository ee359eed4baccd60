# for: squealer.
# import: data.shims.squealer
package shims.squealer

scan_string(text) := {"transgressionFound": contains(text, "AKIA")}
