"""The interface keeps to what its OpenAPI document says, whatever is asked of it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = 9


@pytest.mark.parametrize("at", range(OPERATIONS))
def test_no_request_breaks_the_server_or_the_document(at, world):
    operations = [each.ok() for each in schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app).get_all_operations()]
    assert len(operations) == OPERATIONS
    token = {"authorization": f"Bearer {world.secrets['county']}"}

    @settings(
        max_examples=20,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations[at].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=token, checks=CHECKS)

    ask()
