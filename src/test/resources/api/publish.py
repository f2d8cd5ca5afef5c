"""Publishes with a generated client, and prints what came of it, a line each."""
import sys

from hub import AuthenticatedClient
from hub.api.operators import ready
from hub.api.publishers import publish
from hub.models import CheckName, PublishProblem, Problem, Receipt

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
for time in range(2):
    answer = publish.sync_detailed(
        client=client, topic=["typed/3"], event="made", key="typed-3", end=False, body={"by": "python"}
    )
    receipt = answer.parsed
    assert isinstance(receipt, Receipt), receipt
    print("receipt", receipt.id, receipt.duplicate is True, "X-Request-Id" in answer.headers)

refused = publish.sync(client=client, topic=["elsewhere/1"], body=1)
assert isinstance(refused, Problem), refused
print("problem", refused.status, "elsewhere/1" in refused.detail)
wrong = publish.sync(client=client, topic=["typed/*"], body=1)
assert isinstance(wrong, PublishProblem), wrong
print("problem", wrong.status, "typed/*" in wrong.detail)

health = ready.sync(client=client, exclude=[CheckName.MEMORY])
print("health", health.status)
