"""Drives the vendor's own Python client, unchanged, through the ten private-hook operations.

Usage: python tests/sdk/private_hooks.py http://127.0.0.1:PORT

Prints a line for each behaviour that was checked and ends with `N passed, N failed`; the exit
status is 1 when a check failed. The hooks that it creates have names of their own and are deleted
at the end, so the registry need not be empty; but it needs room for some 30 hooks. The server must
run without authentication or know the access key `ak` with the secret `sk`.
"""

import io
import ipaddress
import os
import re
import sys
import tempfile
import urllib.parse
import urllib.request
import uuid
import zipfile
from base64 import b64encode

# The client writes a file into the home folder when it is imported, and takes proxies from the
# environment when it sends.
HOME = tempfile.TemporaryDirectory(prefix="hookgate-sdk-")
os.environ["HOME"] = HOME.name
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]

from huaweicloudsdkaos.v1 import (  # noqa: E402
    AosClient,
    ConfigurationPrimitiveTypeHolderConfiguration as Configuration,
    CreatePrivateHookRequest,
    CreatePrivateHookRequestBody,
    CreatePrivateHookVersionRequest,
    CreatePrivateHookVersionRequestBody,
    DeletePrivateHookRequest,
    DeletePrivateHookVersionRequest,
    ListPrivateHooksRequest,
    ListPrivateHookVersionsRequest,
    ShowPrivateHookMetadataRequest,
    ShowPrivateHookVersionMetadataRequest,
    ShowPrivateHookVersionPolicyRequest,
    UpdatePrivateHookMetadataRequest,
    UpdatePrivateHookMetadataRequestBody,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: E402
from huaweicloudsdkcore.exceptions.exceptions import (  # noqa: E402
    ClientRequestException,
    SdkException,
)
from huaweicloudsdkcore.http.http_handler import HttpHandler  # noqa: E402

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What every error code of a status begins with.
BANDS = {400: "RF.10011", 403: "RF.100125", 404: "RF.100130", 409: "RF.100135"}
OTHER_ID = "00000000-0000-4000-8000-000000000000"
PREFIX = f"sdk-{uuid.uuid4().hex[:8]}-"

POLICY = """package policy

import rego.v1

hook_result := {"is_passed": input.message == "world", "err_msg": "拒绝: not the world"}
"""
OTHER_POLICY = POLICY.replace("world", "moon")
BROKEN_POLICY = 'package policy\n\nhook_result := {"is_passed": \n'


class Checks:
    """Counts and prints what was checked."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def holds(self, what, condition, found=""):
        if condition:
            self.passed += 1
            print(f"ok    {what}")
        else:
            self.failed += 1
            print(f"FAIL  {what}: found {found!r}")

    def equal(self, what, found, wanted):
        self.holds(f"{what} is {wanted!r}", found == wanted, found)

    def matches(self, what, found, pattern):
        self.holds(what, isinstance(found, str) and pattern.fullmatch(found), found)


class Registry:
    """The ten operations with the arguments that matter, and a memory of what was created."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.names = set()
        self.request_ids = []
        self.client = (
            AosClient.new_builder()
            .with_credentials(BasicCredentials("ak", "sk", "project"))
            .with_endpoint(endpoint)
            .with_http_handler(HttpHandler().add_response_handler(self._remember_request_id))
            .build()
        )

    def _remember_request_id(self, response, **_):
        self.request_ids.append(response.headers.get("X-Request-Id"))

    def create(self, name, version="1.0.0", policy_body=POLICY, request_id=None, **fields):
        body = CreatePrivateHookRequestBody(
            hook_name=name, hook_version=version, policy_body=policy_body, **fields
        )
        # Also for a name that should be refused: if it is not, it must go in the end.
        self.names.add(name)
        return self.client.create_private_hook(
            CreatePrivateHookRequest(client_request_id=request_id, body=body)
        )

    def list(self, **query):
        return self.client.list_private_hooks(ListPrivateHooksRequest(**query))

    def show(self, name, **query):
        return self.client.show_private_hook_metadata(
            ShowPrivateHookMetadataRequest(hook_name=name, **query)
        )

    def update(self, name, **fields):
        body = UpdatePrivateHookMetadataRequestBody(**fields)
        return self.client.update_private_hook_metadata(
            UpdatePrivateHookMetadataRequest(hook_name=name, body=body)
        )

    def delete(self, name, **query):
        return self.client.delete_private_hook(DeletePrivateHookRequest(hook_name=name, **query))

    def create_version(self, name, version, policy_body=POLICY, **fields):
        body = CreatePrivateHookVersionRequestBody(
            hook_version=version, policy_body=policy_body, **fields
        )
        return self.client.create_private_hook_version(
            CreatePrivateHookVersionRequest(hook_name=name, body=body)
        )

    def list_versions(self, name, **query):
        return self.client.list_private_hook_versions(
            ListPrivateHookVersionsRequest(hook_name=name, **query)
        )

    def show_version(self, name, version, **query):
        return self.client.show_private_hook_version_metadata(
            ShowPrivateHookVersionMetadataRequest(hook_name=name, hook_version=version, **query)
        )

    def show_policy(self, name, version, **query):
        return self.client.show_private_hook_version_policy(
            ShowPrivateHookVersionPolicyRequest(hook_name=name, hook_version=version, **query)
        )

    def delete_version(self, name, version, **query):
        return self.client.delete_private_hook_version(
            DeletePrivateHookVersionRequest(hook_name=name, hook_version=version, **query)
        )

    def download(self, name, version):
        """Fetches a policy as a browser would: by the address alone."""
        address = self.show_policy(name, version).location
        if urllib.parse.urlsplit(address).netloc != urllib.parse.urlsplit(self.endpoint).netloc:
            raise ValueError(f"the policy is kept elsewhere: {address}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=30) as answer:
            return answer.read()

    def clean_up(self):
        for name in self.names:
            try:
                self.delete(name)
            except SdkException:
                pass


def refused(checks, what, status, call, *arguments, **fields):
    """Checks that a call fails, and that the client can decode why. Returns the exception."""
    try:
        answer = call(*arguments, **fields)
    except ClientRequestException as error:
        decoded = (
            error.status_code == status
            and re.fullmatch(r"RF\.\d{8}", error.error_code)
            and error.error_code.startswith(BANDS[status])
            and error.error_msg
            and error.request_id
        )
        checks.holds(f"{what} is refused with {status}, decoded", decoded, str(error))
        return error
    except SdkException as error:
        checks.holds(f"{what} is refused with {status}", False, str(error))
    else:
        checks.holds(f"{what} is refused with {status}", False, answer.status_code)
    return None


def is_empty(answer):
    return answer.raw_content in (None, b"")


def check_creation(checks, registry):
    name = PREFIX + "created"
    answer = registry.create(
        name,
        hook_description="keeps 世界 tidy",
        hook_version_description="the first",
        configuration=Configuration(target_stacks="ALL", failure_mode="FAIL"),
    )
    checks.equal("status of CreatePrivateHook", answer.status_code, 201)
    checks.matches("its hook_id is a UUID", answer.hook_id, UUID)
    checks.equal("its body", answer.to_json_object(), {"hook_id": answer.hook_id})

    hook = registry.show(name, hook_id=answer.hook_id)
    checks.equal("status of ShowPrivateHookMetadata", hook.status_code, 200)
    checks.equal("hook_name", hook.hook_name, name)
    checks.equal("hook_id", hook.hook_id, answer.hook_id)
    checks.equal("hook_description", hook.hook_description, "keeps 世界 tidy")
    checks.equal("default_version", hook.default_version, "1.0.0")
    checks.equal("target_stacks", hook.configuration.target_stacks, "ALL")
    checks.equal("failure_mode", hook.configuration.failure_mode, "FAIL")
    checks.matches("create_time has milliseconds", hook.create_time, TIME)
    checks.matches("update_time has milliseconds", hook.update_time, TIME)

    version = registry.show_version(name, "1.0.0")
    checks.equal("description of the first version", version.hook_version_description, "the first")


def check_configuration_defaults(checks, registry):
    never = PREFIX + "never-configured"
    registry.create(never)
    checks.equal(
        "configuration of a hook never configured", registry.show(never).configuration, None
    )
    half = PREFIX + "half-configured"
    registry.create(half, configuration=Configuration(target_stacks="ALL"))
    checks.equal(
        "failure_mode where only target_stacks was given",
        registry.show(half).configuration.failure_mode,
        "WARN",
    )


def check_names(checks, registry):
    chinese = f"钩子-{PREFIX}检查_1"
    registry.create(chinese)
    checks.equal("a Chinese hook_name", registry.show(chinese).hook_name, chinese)
    checks.equal(
        "status of DeletePrivateHook by a Chinese name", registry.delete(chinese).status_code, 204
    )
    registry.create("\u9fa5" + PREFIX)
    checks.holds("the last Chinese letter of the pattern is taken", True)

    lower, upper = PREFIX + "case", PREFIX + "CASE"
    one, other = registry.create(lower).hook_id, registry.create(upper).hook_id
    checks.holds("names that differ in case are two hooks", one != other, one)

    longest = (PREFIX + "x" * 128)[:128]
    checks.equal("status for a name of 128 letters", registry.create(longest).status_code, 201)
    bad = ["1" + PREFIX, "_" + PREFIX, "-" + PREFIX, PREFIX + ".", "\u9fa6" + PREFIX, longest + "x"]
    for name in bad + [PREFIX + "/x", PREFIX + " x", ""]:
        refused(checks, f"the name {name!r}", 400, registry.create, name)


def check_version_numbers(checks, registry):
    name = PREFIX + "numbers"
    registry.create(name, version="1.0.0-rc.1+build")
    checks.equal(
        "a hook_version with pre-release and build",
        registry.show_version(name, "1.0.0-rc.1+build").hook_version,
        "1.0.0-rc.1+build",
    )
    for version in ["1", "1.0", "v1.0.0", "01.0.0", "", "1.0.0-" + "x" * 123]:
        refused(
            checks, f"the version {version[:12]!r}", 400, registry.create_version, name, version
        )
    refused(
        checks,
        "a version that differs in the build alone",
        409,
        registry.create_version,
        name,
        "1.0.0-rc.1+other",
    )


def check_versions(checks, registry):
    name = PREFIX + "versions"
    hook_id = registry.create(name).hook_id
    answer = registry.create_version(
        name, "1.1.0", OTHER_POLICY, hook_id=hook_id, hook_version_description="for the moon"
    )
    checks.equal("status of CreatePrivateHookVersion", answer.status_code, 201)
    checks.holds("its body is empty", is_empty(answer), answer.raw_content)
    checks.equal("default_version as before", registry.show(name).default_version, "1.0.0")

    listed = registry.list_versions(name, hook_id=hook_id)
    checks.equal("status of ListPrivateHookVersions", listed.status_code, 200)
    checks.equal("its versions", [v.hook_version for v in listed.versions], ["1.1.0", "1.0.0"])
    checks.equal("its current_count", listed.page_info.current_count, 2)

    version = registry.show_version(name, "1.1.0", hook_id=hook_id)
    checks.equal("status of ShowPrivateHookVersionMetadata", version.status_code, 200)
    checks.equal("hook_name", version.hook_name, name)
    checks.equal("hook_id", version.hook_id, hook_id)
    checks.equal("hook_version", version.hook_version, "1.1.0")
    checks.equal("hook_version_description", version.hook_version_description, "for the moon")
    checks.matches("create_time has milliseconds", version.create_time, TIME)
    checks.holds("the policy is in no JSON answer", b"package" not in version.raw_content)

    refused(checks, "a version that exists", 409, registry.create_version, name, "1.1.0")
    refused(checks, "a version of no hook", 404, registry.create_version, PREFIX + "no", "1.0.0")


def check_policies(checks, registry):
    name = PREFIX + "policies"
    registry.create(name)
    registry.create_version(name, "1.1.0", OTHER_POLICY)
    answer = registry.show_policy(name, "1.0.0")
    checks.equal("status of ShowPrivateHookVersionPolicy", answer.status_code, 307)
    checks.holds(
        "its location is an address", (answer.location or "").startswith("http"), answer.location
    )
    found = registry.download(name, "1.0.0")
    checks.holds("the policy is behind it, byte by byte", found == POLICY.encode(), found)
    found = registry.download(name, "1.1.0")
    checks.holds("so is that of the other version", found == OTHER_POLICY.encode(), found)

    registry.create_version(name, "1.2.0", None, policy_uri=zip_address())
    with zipfile.ZipFile(io.BytesIO(registry.download(name, "1.2.0"))) as archive:
        found = archive.read("policy.rego")
    checks.holds("so is that from a zip", found == POLICY.encode(), found)


def zip_address():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policy.rego", POLICY)
    return "data:application/zip;base64," + b64encode(packed.getvalue()).decode()


def check_update(checks, registry):
    name = PREFIX + "updated"
    hook_id = registry.create(name, hook_description="old").hook_id
    registry.create_version(name, "2.0.0", OTHER_POLICY)
    before = registry.show(name)

    answer = registry.update(name, default_version="2.0.0", hook_id=hook_id)
    checks.equal("status of UpdatePrivateHookMetadata", answer.status_code, 204)
    checks.holds("its body is empty", is_empty(answer), answer.raw_content)
    after = registry.show(name)
    checks.equal("default_version", after.default_version, "2.0.0")
    checks.equal("hook_description as before", after.hook_description, "old")
    checks.equal("create_time as before", after.create_time, before.create_time)
    moved = after.update_time > before.update_time
    checks.holds("update_time moves", moved, after.update_time)

    registry.update(name, default_version="2.0.0")
    moved = registry.show(name).update_time > after.update_time
    checks.holds("update_time moves also for the same value", moved)

    registry.update(name, configuration=Configuration("ALL", "FAIL"))
    registry.update(name, configuration=Configuration(failure_mode="WARN"))
    merged = registry.show(name).configuration
    checks.equal("target_stacks after half an update", merged.target_stacks, "ALL")
    checks.equal("failure_mode after half an update", merged.failure_mode, "WARN")

    registry.update(name, hook_description="")
    found = registry.show(name).hook_description
    checks.holds("an empty hook_description replaces the old one", found in ("", None), found)
    check_refused_updates(checks, registry, name, hook_id)


def check_refused_updates(checks, registry, name, hook_id):
    refused(checks, "an update of nothing", 400, registry.update, name)
    refused(checks, "an update of hook_id alone", 400, registry.update, name, hook_id=hook_id)
    refused(
        checks, "a default version that is not", 404, registry.update, name, default_version="9.0.0"
    )
    bad = Configuration(target_stacks="SOME")
    refused(checks, "target_stacks SOME", 400, registry.update, name, configuration=bad)
    bad = Configuration(failure_mode="IGNORE")
    refused(checks, "failure_mode IGNORE", 400, registry.update, name, configuration=bad)
    too_long = "x" * 1025
    refused(
        checks, "a description of 1025", 400, registry.update, name, hook_description=too_long
    )
    answer = registry.update(name, hook_description="钩" * 1024)
    checks.equal("status for a description of 1024 letters", answer.status_code, 204)


def check_deletion(checks, registry):
    name = PREFIX + "deleted"
    first = registry.create(name).hook_id
    registry.create_version(name, "2.0.0")

    refused(checks, "deleting the default version", 403, registry.delete_version, name, "1.0.0")
    answer = registry.delete_version(name, "2.0.0", hook_id=first)
    checks.equal("status of DeletePrivateHookVersion", answer.status_code, 204)
    checks.holds("its body is empty", is_empty(answer), answer.raw_content)
    refused(checks, "showing a deleted version", 404, registry.show_version, name, "2.0.0")
    refused(checks, "the policy of a deleted version", 404, registry.show_policy, name, "2.0.0")
    refused(checks, "deleting a deleted version", 404, registry.delete_version, name, "2.0.0")

    answer = registry.delete(name, hook_id=first)
    checks.equal("status of DeletePrivateHook", answer.status_code, 204)
    checks.holds("its body is empty", is_empty(answer), answer.raw_content)
    refused(checks, "showing a deleted hook", 404, registry.show, name)
    refused(checks, "the versions of a deleted hook", 404, registry.list_versions, name)
    refused(checks, "updating a deleted hook", 404, registry.update, name, hook_description="x")
    refused(checks, "deleting a deleted hook", 404, registry.delete, name)

    second = registry.create(name).hook_id
    checks.holds("the name is free again, with a new hook_id", second != first, second)


def check_hook_list(checks, registry):
    names = [f"{PREFIX}listed-{number}" for number in range(12)]
    for name in names:
        registry.create(name)
    answer = registry.list()
    checks.equal("status of ListPrivateHooks", answer.status_code, 200)
    check_summary(checks, registry, next(h for h in answer.hooks if h.hook_name == names[0]))
    check_list(checks, registry.list, "hooks", "hook_name", names)


def check_summary(checks, registry, entry):
    shown = registry.show(entry.hook_name)
    checks.equal(
        "an entry of the list, like what is shown of the hook",
        [entry.hook_id, entry.default_version, entry.create_time, entry.update_time],
        [shown.hook_id, shown.default_version, shown.create_time, shown.update_time],
    )


def check_version_list(checks, registry):
    name = PREFIX + "many-versions"
    registry.create(name, version="1.0.0")
    versions = [f"1.{number}.0" for number in range(12)]
    for version in versions[1:]:
        registry.create_version(name, version)

    def list_versions(**query):
        return registry.list_versions(name, **query)

    check_list(checks, list_versions, "versions", "hook_version", versions)


def check_list(checks, call, field, key, created):
    """Checks order and paging. `created` are the keys of ours, in the order of their creation."""

    def ours(pages):
        entries = [getattr(entry, key) for page in pages for entry in getattr(page, field)]
        return [entry for entry in entries if entry in created]

    newest_first = created[::-1]
    checks.equal(f"{field}, newest first", ours([call()]), newest_first)
    for direction, wanted in [("desc", newest_first), ("asc", created)]:
        order = {"sort_key": ["create_time"], "sort_dir": [direction]}
        pages = all_pages(call, limit=10, **order)
        checks.equal(f"{field} in pages of 10, {direction}", ours(pages), wanted)
    check_page_info(checks, call, field, key)

    for query in [
        {"limit": 9},
        {"limit": 1001},
        {"sort_key": ["create_time"]},
        {"sort_dir": ["asc"]},
        {"sort_key": ["update_time"], "sort_dir": ["asc"]},
        {"sort_key": ["create_time"], "sort_dir": ["up"]},
        {"marker": "not-a-marker"},
    ]:
        refused(checks, f"listing {field} with {query}", 400, call, **query)


def all_pages(call, **query):
    pages = [call(**query)]
    while pages[-1].page_info.next_marker:
        if len(pages) > 20:
            raise ValueError("the list does not end")
        pages.append(call(marker=pages[-1].page_info.next_marker, **query))
    return pages


def check_page_info(checks, call, field, key):
    def keys(page):
        return [getattr(entry, key) for entry in getattr(page, field)]

    first = call(limit=10)
    checks.equal(f"{field} on the first page", len(keys(first)), 10)
    checks.equal("its current_count", first.page_info.current_count, 10)
    checks.holds("it has no previous_marker", not first.page_info.previous_marker)
    second = call(limit=10, marker=first.page_info.next_marker)
    checks.holds("the second page has a previous_marker", second.page_info.previous_marker)
    back = call(limit=10, marker=second.page_info.previous_marker)
    checks.equal("the page before the second", keys(back), keys(first))
    refused(
        checks,
        "a marker with another order",
        400,
        call,
        limit=10,
        marker=first.page_info.next_marker,
        sort_key=["create_time"],
        sort_dir=["asc"],
    )


def check_refused_creation(checks, registry):
    name = PREFIX + "refused"
    error = refused(checks, "broken Rego", 400, registry.create, name, policy_body=BROKEN_POLICY)
    checks.holds("it is told where", error and re.search(r"\d", error.error_msg or ""), str(error))
    refused(
        checks,
        "policy_body and policy_uri together",
        400,
        registry.create,
        name,
        policy_uri="https://example.com/policy.rego",
    )
    refused(checks, "no policy", 400, registry.create, name, policy_body=None)
    refused(
        checks,
        "a policy_uri of another kind",
        400,
        registry.create,
        name,
        policy_body=None,
        policy_uri="https://example.com/policy.REGO",
    )
    bad = Configuration(target_stacks="all")
    refused(checks, "target_stacks all", 400, registry.create, name, configuration=bad)
    too_long = "x" * 1025
    refused(
        checks, "a description of 1025", 400, registry.create, name, hook_description=too_long
    )
    refused(
        checks,
        "a version description of 1025",
        400,
        registry.create,
        name,
        hook_version_description=too_long,
    )
    refused(checks, "showing what was refused", 404, registry.show, name)

    registry.create(name)
    refused(checks, "a name that is taken", 409, registry.create, name)


def check_mismatched_hook_id(checks, registry):
    name = PREFIX + "mismatch"
    registry.create(name)
    registry.create_version(name, "2.0.0")
    for what, call, arguments in [
        ("CreatePrivateHookVersion", registry.create_version, (name, "3.0.0")),
        ("ListPrivateHookVersions", registry.list_versions, (name,)),
        ("ShowPrivateHookMetadata", registry.show, (name,)),
        ("ShowPrivateHookVersionMetadata", registry.show_version, (name, "1.0.0")),
        ("ShowPrivateHookVersionPolicy", registry.show_policy, (name, "1.0.0")),
        ("DeletePrivateHookVersion", registry.delete_version, (name, "2.0.0")),
        ("DeletePrivateHook", registry.delete, (name,)),
    ]:
        what += " with the hook_id of another hook"
        refused(checks, what, 400, call, *arguments, hook_id=OTHER_ID)
    refused(
        checks,
        "UpdatePrivateHookMetadata with the hook_id of another hook",
        400,
        registry.update,
        name,
        hook_id=OTHER_ID,
        hook_description="x",
    )
    listed = registry.list_versions(name).versions
    checks.equal("nothing was changed", [v.hook_version for v in listed], ["2.0.0", "1.0.0"])


def check_request_ids(checks, registry):
    name = PREFIX + "request-id"
    given = str(uuid.uuid4())
    registry.create(name, request_id=given)
    checks.equal("X-Request-Id for a Client-Request-Id", registry.request_ids[-1], given)
    registry.show(name)
    made = registry.request_ids[-1] or ""
    checks.holds("one is made where none was given", 36 <= len(made) <= 128, made)
    for bad in ["short", "x" * 129, "_" * 36]:
        what = f"the Client-Request-Id {bad[:8]!r}"
        refused(checks, what, 400, registry.show, name, client_request_id=bad)
    checks.holds("every answer had an X-Request-Id", all(registry.request_ids))


JOURNEYS = [
    check_creation,
    check_configuration_defaults,
    check_names,
    check_version_numbers,
    check_versions,
    check_policies,
    check_update,
    check_deletion,
    check_hook_list,
    check_version_list,
    check_refused_creation,
    check_mismatched_hook_id,
    check_request_ids,
]


def run(journey, checks, registry):
    """A journey that cannot go on counts as one failure; the next ones still run."""
    print(f"# {journey.__name__}")
    try:
        journey(checks, registry)
    except Exception as error:  # noqa: BLE001
        found = f"{type(error).__name__}: {error}"
        checks.holds(f"{journey.__name__} runs to its end", False, found)


def main(arguments):
    if len(arguments) != 1 or not is_loopback(arguments[0]):
        sys.exit("usage: private_hooks.py http://127.0.0.1:PORT")
    # The names are printed, and the locale may know no Chinese.
    sys.stdout.reconfigure(encoding="utf-8")
    checks, registry = Checks(), Registry(arguments[0])
    try:
        for journey in JOURNEYS:
            run(journey, checks, registry)
    finally:
        registry.clean_up()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


def is_loopback(endpoint):
    address = urllib.parse.urlsplit(endpoint)
    try:
        return address.scheme == "http" and ipaddress.ip_address(address.hostname or "").is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
