"""Who sends the cases of schemathesis, and the check of the door; loaded by scripts/conformance.

CONFORMANCE_PLAN names a JSON file: `identity`; `tokens`, sent in turn, because each may change only so much a minute;
`doors`, by operation `open`, `allowed` or `refused`; `tally`, the file that gets what was answered how often.
"""

import atexit
import json
import os
import re
from collections import Counter, defaultdict

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

with open(os.environ["CONFORMANCE_PLAN"], encoding="utf-8") as plan_file:
    PLAN = json.load(plan_file)
TOKENS = PLAN["tokens"]
# Answered before anybody is asked who they are: an address or a head that cannot be read, or is too long.
UNREADABLE = (400, 414, 431)
# How the refusal of an event ends whose run or job is called by a word for nothing.
NO_NAME = re.compile(r'found "(null|none|nil|nan|n/a|\\n|-|--|<null>|\(null\))"$', re.IGNORECASE)
sent = 0
tally = defaultdict(Counter)


class WrongDoor(Failure):
    """Somebody got in who may not, or was kept out who may."""

    __slots__ = ()
    kind_title = "Wrong door"


if TOKENS:

    @schemathesis.auth(refresh_interval=None)
    class Tokens:
        """One token after the other."""

        def get(self, case, context):
            return TOKENS[sent % len(TOKENS)]

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """From another address each time; from a browser of ours two times of three."""
    global sent
    sent += 1
    case.headers["X-Forwarded-For"] = f"10.{sent >> 16 & 255}.{sent >> 8 & 255}.{sent & 255}"
    if sent % 3 and "Sec-Fetch-Site" not in case.headers:
        case.headers["Sec-Fetch-Site"] = "same-origin"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What no schema can say is no failure: a cursor is of one list, an end comes after its beginning, now is now, and
    "none" is no name."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        problem = response.json()
    except ValueError:
        return True
    if NO_NAME.search(problem.get("detail", "")):
        return False
    errors = problem.get("errors", [])
    return not errors or not {error["parameter"] for error in errors} <= {"after", "to", "until"}


@schemathesis.hook
def after_call(context, case, response):
    tally[case.operation.label][response.status_code] += 1


def reached(case, response):
    """Whether the address sent is one of this operation: a part of it may have been made to lead elsewhere."""
    pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(case.operation.path))
    return re.fullmatch(pattern, response.request.path_url.split("?", 1)[0]) is not None


@schemathesis.check
def door(ctx, response, case):
    """Nobody, and who brings something invented: 401. A role that is too low: 403. Whoever may: neither."""
    kind = PLAN["doors"].get(case.operation.label)
    status = response.status_code
    if kind is None or response.request.method != case.operation.method.upper() or not reached(case, response):
        return None
    if kind == "open":
        # The log-in page says itself that a password is wrong; nobody is asked for a token.
        is_right = "www-authenticate" not in response.headers
    elif response.request.headers.get("Authorization", "").removeprefix("Bearer ") not in TOKENS:
        is_right = status == 401 and "www-authenticate" in response.headers or status in UNREADABLE
    elif kind == "refused":
        is_right = status == 403 or status in UNREADABLE
    else:
        is_right = status not in (401, 403)
    if not is_right:
        raise WrongDoor(
            operation=case.operation.label, message=f"{PLAN['identity']} ({kind}) was answered {status}"
        )
    return None


@atexit.register
def write_tally():
    with open(PLAN["tally"], "w", encoding="utf-8") as tally_file:
        json.dump({operation: dict(statuses) for operation, statuses in tally.items()}, tally_file)
