"""Rules of files that prove a result."""

from uuid import UUID

from chassis.testing import given
from contracts.campaigns import EvidenceAttached, EvidenceBytesDeleted
from contracts.values import FileKind, StoredFile
from services.campaigns.domain.evidence import MOST_FILES
from services.campaigns.domain.scorecard import SCORECARD, AttachEvidence, DeleteEvidenceBytes, VerifyResult
from tests.campaigns.examples import APPRAISER, OFFICER, OPENED, SOCIAL, reported


def file(number: int = 1) -> StoredFile:
    return StoredFile(sha256=f"{number:064x}", kind=FileKind.PDF, size=100)


def attach(number: int = 1, indicator: str = SOCIAL) -> AttachEvidence:
    return AttachEvidence(indicator=indicator, year=2024, file=file(number))


def attached(number: int = 1, by: UUID = OFFICER) -> EvidenceAttached:
    facts = reported("1").model_dump(include={"scorecard_id", "campaign_id", "unit_id", "indicator", "year"})
    return EvidenceAttached(**facts, file=file(number), attached_by=by)


DELETE = DeleteEvidenceBytes(indicator=SOCIAL, year=2024, sha256=file().sha256, reason="Có dữ liệu cá nhân")


def test_a_file_is_attached_once_before_or_after_the_report() -> None:
    given(SCORECARD, OPENED).when(attach(), by=OFFICER).then(attached())
    given(SCORECARD, OPENED, reported("44"), attached()).when(attach(), by=OFFICER).nothing()
    given(SCORECARD, OPENED).when(attach(indicator="unknown"), by=OFFICER).rejected("indicator-unknown")


def test_who_attached_a_file_may_not_verify_the_result() -> None:
    history = (OPENED, reported("44"), attached(by=APPRAISER))
    verify = VerifyResult(indicator=SOCIAL, year=2024)
    given(SCORECARD, *history).when(verify, by=APPRAISER).rejected("reporter-may-not-verify")


def test_bytes_are_deleted_once_and_may_be_attached_anew() -> None:
    outcome = given(SCORECARD, OPENED, attached()).when(DELETE, by=OFFICER)
    [deleted] = outcome.events
    assert isinstance(deleted, EvidenceBytesDeleted)
    given(SCORECARD, OPENED, attached(), deleted).when(DELETE, by=OFFICER).nothing()
    given(SCORECARD, OPENED, attached(), deleted).when(attach(), by=OFFICER).then(attached())
    given(SCORECARD, OPENED).when(DELETE, by=OFFICER).rejected("evidence-unknown")


def test_a_result_has_only_so_many_files() -> None:
    history = [attached(number) for number in range(MOST_FILES)]
    given(SCORECARD, OPENED, *history).when(attach(MOST_FILES), by=OFFICER).rejected("too-many-files")
