# for: ec.
# import: data.shims.ec
package shims.ec.oci

blob(x) := input.shims[x]

blob_files(x, _) := input.shims[x]

descriptor(x) := input.shims[x]

image_files(x, _) := input.shims[x]

image_index(x) := input.shims[x]

image_manifest(x) := input.shims[x]

image_manifests(x) := input.shims[x]

image_referrers(x) := input.shims[x]

image_tag_refs(x) := input.shims[x]
