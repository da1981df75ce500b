"""`trunkline rebuild` on a real broker and a real database."""

from projections.rebuild import rebuild
from projections.views import views
from tests.contract.views.scribe import Scribe
from tests.servers.projections.deployment import Deployment


async def test_every_view_comes_out_as_it_is(deployment: Deployment) -> None:
    await deployment.produce(Scribe(31).write(decisions=200, batches=30, letters=20))
    async with deployment.running():
        await deployment.caught_up()
    before = await deployment.fetch("SELECT * FROM trunkline.positions ORDER BY 1, 2, 3, 4")
    for view in views().values():
        report = await rebuild(deployment.settings, view)
        assert report.compared and report.switched and not report.differences, report
    assert await deployment.fetch("SELECT * FROM trunkline.positions ORDER BY 1, 2, 3, 4") == before
    await deployment.assert_fold()
    assert await deployment.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'") == []
