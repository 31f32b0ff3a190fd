from __future__ import annotations
from typing import Any
from tests import build
from tests.cast import Cast
from datetime import timedelta
from socportal import clock

def test_measure(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    for n in range(10):
        build.a_task(cast.edition, due_on=clock.today() + timedelta(days=10*n-30), is_gate=n%2)
    a = client.get(f"/admin/dialogues/edition/{cast.edition.pk}/timeline/")
    assert a.status_code == 200
    print(a.content.decode()[4000:14000])
