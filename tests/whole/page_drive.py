"""Things of one unit in every state in which pages offer something to do, and what each person may press."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store.store import Append
from contracts.registry import Role, RoleGranted, RoleProposed
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.receipt import receipt_id
from services.campaigns.domain.scorecard import scorecard_id
from services.portal.pages.documents.page import STEPS as DOCUMENT_STEPS
from services.portal.pages.incoming.page import STEPS as RECEIPT_STEPS
from services.portal.pages.people.work import STEPS as WORK_STEPS
from services.portal.pages.units.change import STEPS as UNIT_STEPS
from services.portal.shell.services import Services
from services.registry.domain.registration import registration_id
from tests.whole import page_past, page_reports, page_reviews, papers, personal
from tests.whole.bodies import (
    DEADLINE,
    DELEGATION,
    DOSSIER,
    EXEMPLAR,
    HEADCOUNT,
    HELPED,
    INSPECTION,
    OBSTACLE,
    PACK,
    PRESSED,
    PUBLICATION,
    VIOLATION,
)
from tests.whole.everybody import OWN, SINCE, UNITS, organisation, person
from tests.whole.house import House
from tests.whole.page_document import PAGES, Address, Press, verdict

NEVER = 1_000_000_000
"""A version that nothing has: a command for it is looked at for rights, and then changes nothing."""


class Harmless(Services):
    """Sends the portal's commands for a version that nothing has; notes them, and any that was accepted."""

    sent: set[tuple[str, str, str]]
    accepted: list[str]

    async def tell(self, token: str, service: str, path: str, *given: Any, **more: Any) -> dict[str, Any]:
        Harmless.sent.add((more.get("method", "POST"), service, path.partition("?")[0]))
        told = await super().tell(token, service, path, *given, **more | {"version": NEVER})
        Harmless.accepted.append(f"{service} {path}")
        return told


@dataclass
class Drive:
    """Things of the own unit in every state in which pages offer something to do."""

    house: House
    paths: dict[str, list[str]] = field(default_factory=dict)
    """Addresses of the things, by the path of their page."""
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    """By address: each button, and each link that leads to a step, with the route whose right it takes."""
    presses: list[Press] = field(default_factory=list)
    verified: str = ""
    """Where results stand that were found right."""

    async def tell(self, role: Role, service: str, path: str, body: object = None) -> str:
        """A command of somebody who holds the role at the root."""
        return str((await self.house.tell(person(role, "parent"), service, path, body))["id"])

    async def prepare(self) -> None:
        store = self.house.services["registry"].platform.store
        metadata = Metadata.of(Context(SINCE)).model_dump_json(exclude_none=True)
        for stream, event in organisation():
            await store.append(Append(stream, 0, [event], uuid4(), b"", metadata))
        proposed = await self._roles_are_proposed()
        await self.tell(Role.OFFICER, "registry", "/headcounts", HEADCOUNT | {"unit_id": str(OWN)})
        await self.house.settle()
        codes = ("dang-ky", "da-gui", "ket-qua", "khen")
        for code in codes:
            await self.tell(Role.DIRECTOR_GENERAL, "campaigns", "/campaigns", {**PACK, "code": code})
        await self.house.settle()
        opened, sent, reported, honoured = map(campaign_id, codes)
        for campaign in (opened, sent, reported, honoured):
            await self._register(campaign, confirm=campaign in {reported, honoured})
        await self.house.settle()
        proof = await self._results(reported, honoured)
        await self._file(sent, reported)
        await self.house.settle()
        granted = await self._propose(honoured, "merit_certificate_dg", 2024, submit=True)
        waiting = await self._propose(honoured, "merit_certificate_dg", None, submit=True)
        await self._propose(honoured, "merit_letter", None, submit=True)
        draft = await self._propose(honoured, "merit_letter", 2024, submit=False)
        decision = {
            "number": "1/QĐ-BHXH", "signed_on": "2024-11-10", "authority_id": str(OWN), "nominations": [granted],
            "award": "merit_certificate_dg",
        }  # fmt: skip
        signing = {
            **DELEGATION, "unit_id": str(OWN), "signer_id": str(person(Role.DEPUTY, "own")), "capacity": "deputy",
        }  # fmt: skip
        delegated = (await self.house.tell(person(Role.UNIT_HEAD, "own"), "registry", "/signing-delegations", signing))[
            "id"
        ]
        issued = await self.tell(Role.DIRECTOR_GENERAL, "awards", "/decisions", decision)
        due, closed = await self._deadlines()
        helped, pressed = await self._helped(), await self._pressed()
        draft_paper, sent_paper, incoming = await self._papers()
        one, others = await self._persons()
        await self.house.settle()
        await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
        filling, confirming = (f"/registrations/{registration_id(campaign, OWN)}" for campaign in (opened, sent))
        card, nomination = f"/results/{scorecard_id(reported, OWN)}", f"/nominations/{draft}"
        self.verified = f"/results/{scorecard_id(honoured, OWN)}"
        someone = f"/people/{person(Role.OFFICER, 'own')}"
        told = await self.house.ask(person(Role.AUDITOR, "parent"), "GET", "notify", "/notifications?limit=1")
        self.paths = {
            "/campaigns/{id}": [f"/campaigns/{opened}"],
            "/campaigns/{id}/steps/{step}": [f"/campaigns/{opened}/steps/{step}" for step in STEPS],
            "/campaigns/{id}/join": [f"/campaigns/{opened}/join"],
            "/registrations/{id}": [filling, confirming],
            "/registrations/{id}/{step}": [f"{filling}/submit", f"{confirming}/confirm", f"{confirming}/return"],
            "/registrations/{id}/papers/{sha256}": [f"{confirming}/papers/{proof}"],
            "/results/{id}": [card],
            "/results/{id}/papers/{sha256}": [f"{card}/papers/{proof}"],
            "/results/{id}/{place}": [f"{card}/cover-2024"],
            "/results/{id}/evidence/{sha256}": [f"{card}/evidence/{proof}"],
            "/nominations/{id}": [nomination, f"/nominations/{waiting}", f"/nominations/{granted}"],
            "/decisions/{id}": [f"/decisions/{issued}"],
            "/notifications/{id}": [f"/notifications/{told.json()['items'][0]['notification_id']}"],
            "/notifications/templates/{name}": ["/notifications/templates/award_granted"],
            "/people/{id}": [someone],
            "/people/{id}/erase": [f"{someone}/erase"],
            "/people/{id}/steps/{step}": [f"{someone}/steps/{step}" for step in WORK_STEPS],
            "/personal-registrations/{id}": [one],
            "/signing/{id}": [f"/signing/{delegated}"],
            "/exports/{id}": [],  # nobody has asked for one yet; another's is tried below
            "/exports/{id}/file": [],
            "/units/{id}": [f"/units/{OWN}"],
            "/units/{id}/{step}": [f"/units/{OWN}/{step}" for step in UNIT_STEPS],
            "/headcounts/{id}": [f"/headcounts/{OWN}"],
            "/deadlines/{id}": [due, closed],
            **{f"{path.rpartition('/')[0]}/{{id}}": [path] for path in (*helped, *pressed)},
            "/documents/{id}": [draft_paper, sent_paper],
            "/documents/{id}/edit": [f"{draft_paper}/edit"],
            "/documents/{id}/print": [f"{sent_paper}/print"],
            "/incoming/{id}": [incoming],
        }
        self._shown(filling, confirming, card, nomination, someone)
        self._presses(filling, confirming, card, nomination, waiting, someone, str(opened))
        self._on_behalf(filling, card)
        self._proving(f"{card}/cover-2024", f"{self.verified}/cover-2024", proof)
        self._official()
        self._due(due, closed)
        self._helping(*helped)
        self._pressing(*pressed)
        self._of_a_campaign(f"/campaigns/{opened}", json.dumps({**PACK, "code": "dang-ky", "aliases": ["Khác"]}))
        self._written(draft_paper, sent_paper, incoming)
        self._units()
        self._personal(one, others)
        await page_past.bringing(self, str(opened))
        await page_reviews.reviewing(self, str(opened), proof)
        self.presses += [
            Press(f"/people/proposals/{proposed}", {"do": step}, f"POST registry /proposals/{{id}}/{step}")
            for step in ("confirm", "decline", "withdraw")
        ]

    async def _roles_are_proposed(self) -> str:
        """One by who gives roles, which that person may withdraw; one by another, to be confirmed or declined."""
        registry, other = self.house.services["registry"].platform, uuid4()
        today = self.house.today
        metadata = Metadata.of(Context(today)).model_dump_json(exclude_none=True)
        office = RoleGranted(person_id=other, role=Role.EMULATION_DEPARTMENT, unit_id=UNITS["parent"], since=SINCE)
        await registry.store.append(Append(f"person-{other}", 0, [office], uuid4(), b"", metadata))
        keys = []
        for by in (person(Role.EMULATION_DEPARTMENT, "parent"), other):
            key = uuid4()
            proposed = RoleProposed(
                proposal_id=key, person_id=person(Role.OFFICER, "own"), role=Role.DIRECTOR_GENERAL, unit_id=OWN,
                since=today, proposed_by=by, lapses_after=today,
            )  # fmt: skip
            await registry.store.append(Append(f"proposal-{key}", 0, [proposed], uuid4(), b"", metadata))
            keys.append(str(key))
        return keys[1]

    async def _register(self, campaign: UUID, *, confirm: bool) -> None:
        path = f"/registrations/{registration_id(campaign, OWN)}"
        await self.tell(Role.OFFICER, "registry", f"{path}/targets", TARGET | {"value": "91"})
        if confirm:
            await self.tell(Role.UNIT_HEAD, "registry", f"{path}/submit")
            await self.tell(Role.DIRECTOR_GENERAL, "registry", f"{path}/confirm")

    async def _report(self, campaign: UUID, *, verify: bool) -> None:
        path = f"/scorecards/{scorecard_id(campaign, OWN)}"
        await self.tell(Role.OFFICER, "campaigns", f"{path}/results", TARGET | {"value": "92", "evidence": "Báo cáo"})
        if verify:
            await self.tell(Role.PROFESSIONAL_DEPARTMENT, "campaigns", f"{path}/verifications", TARGET)

    async def _results(self, reported: UUID, honoured: UUID) -> str:
        """Of two campaigns, those of one verified; the hash of the file that proves the other's."""
        await self._report(reported, verify=False)
        await self._report(honoured, verify=True)
        return await self._attach(reported)

    async def _attach(self, campaign: UUID) -> str:
        """A file to the result; its hash."""
        about = {"indicator": "cover", "year": "2024", "name": "minh-chung.pdf"}
        return await self._upload("campaigns", f"/scorecards/{scorecard_id(campaign, OWN)}/evidence", about)

    async def _upload(self, service: str, path: str, about: dict[str, str]) -> str:
        """A file of an officer above; its hash."""
        served, who = self.house.services[service], person(Role.OFFICER, "parent")
        await served.ask(who, "GET", "/nowhere")  # the token is there
        bearer = {"Authorization": f"Bearer {served.tokens[who]}"}
        answer = await served.client.post(f"/api/v1{path}", params=about, content=PROOF, headers=bearer)
        assert answer.status_code == 201, answer.text
        return sha256(PROOF).hexdigest()

    async def _file(self, sent: UUID, reported: UUID) -> None:
        """By the unit's paper: the registration is sent in; results could be reported by it."""
        filed = {"name": "ban-giay.pdf", "signed_on": str(self.house.today)}
        await self._upload("registry", f"/registrations/{registration_id(sent, OWN)}/filings", filed)
        await self._upload("campaigns", f"/scorecards/{scorecard_id(reported, OWN)}/filings", filed)

    def _on_behalf(self, filling: str, card: str) -> None:
        """What the unit directly above files by the unit's paper."""
        for path, route in zip((filling, card), FILINGS, strict=True):
            self.shown[path]["do=file"] = route
            files = {"filing-file": ("a.pdf", PROOF)}
            fields = {"do": "file", "filing-signed_on": f"{self.house.today:%d/%m/%Y}"}
            self.presses.append(Press(path, fields, route, files))

    def _proving(self, card: str, verified: str, proof: str) -> None:
        """The page of one result: what waits for verification, with a file, and what is verified."""
        routes = {
            "report": "results", "verify": "verifications", "return": "returns", "attach": "evidence",
            "delete": "evidence-deletions", "correct": "corrections",
        }  # fmt: skip
        leads = {step: f"POST campaigns /scorecards/{{id}}/{path}" for step, path in routes.items()}
        self.shown[card] = {f"do={step}": route for step, route in leads.items() if step != "correct"}
        typed = {
            "report-value": "93", "correct-value": "93", "correct-reason": "Nhầm", "return-reason": "Sai",
            "delete-reason": "Nhầm", "delete-sha256": proof,
        }  # fmt: skip
        for step, route in leads.items():
            files = {"attach-file": ("a.pdf", PROOF)} if step == "attach" else None
            place = verified if step == "correct" else card
            self.presses.append(Press(place, {"do": step, **typed}, route, files))

    def _official(self) -> None:
        """What the centre states for all units."""
        typed = {
            "indicator": "cover.2024", "number": "12/TB-BHXH", "issued_on": "10/01/2025", "since": "01/01/2025",
            "rows": "Mã đơn vị\tSố liệu\nOWN\t1.000",
        }  # fmt: skip
        for noun in ("base-figures", "plans"):
            self.shown[f"/{noun}"] = {f"/{noun}/new": f"/{noun}/new"}
            self.shown[f"/{noun}/new"] = {"": f"POST campaigns /{noun}"}
            self.presses.append(Press(f"/{noun}/new", typed, f"POST campaigns /{noun}"))

    async def _propose(self, campaign: UUID, award: str, year: int | None, *, submit: bool) -> str:
        proposal = {"campaign_id": str(campaign), "unit_id": str(OWN), "award": award, "year": year}
        key = await self.tell(Role.OFFICER, "awards", "/nominations", proposal)
        for number, kind in enumerate(DOSSIER):
            paper = {"kind": kind, "title": kind, "sha256": f"{number:064x}"}
            await self.tell(Role.OFFICER, "awards", f"/nominations/{key}/documents", paper)
        if submit:
            await self.tell(Role.UNIT_HEAD, "awards", f"/nominations/{key}/submit")
        return key

    def _of_a_campaign(self, path: str, pack: str) -> None:
        """The steps of a drive that runs, each with its page; its head may say that the unit has launched it, too."""
        route = "POST campaigns /campaigns/{id}"
        taken = {f"{path}/steps/{step}": f"{route}/{step}" for step in STEPS if step != "launch"}
        self.shown |= {path: taken | {f"{path}/join": f"{path}/join"}}
        self.shown |= {f"{path}/steps/{step}": {"": f"{route}/{step}"} for step in STEPS}
        self.shown |= {f"{path}/join": {"": f"{path}/join"}}
        paper = {"number": "77/BHXH", "issued_on": "10/11/2024", "title": ""}
        held, joins = {"happened_on": "10/11/2024"}, {"unit_id": str(OWN), "happened_on": "10/11/2024"}
        typed = {
            "launch": held, "amendments": {"pack": pack, **paper}, "conclusion": {**held, **paper},
            "extensions": {"until": "31/12/2026", "register_before": "", **paper},
            "cancellation": {"reason": "Gộp phong trào", **paper},
        }  # fmt: skip
        self.presses += [Press(f"{path}/steps/{step}", typed[step], f"{route}/{step}") for step in STEPS]
        self.presses.append(Press(f"{path}/join", joins, f"{route}/joins"))

    def _shown(self, opened: str, sent: str, card: str, nomination: str, someone: str) -> None:
        keeping = "POST registry /people/{id}/roles"
        registering = dict.fromkeys(["do=save", "do=paste"], "POST registry /registrations/{id}/targets")
        sending = dict.fromkeys(["do=next", f"{opened}/submit"], "POST registry /registrations/{id}/submit")
        self.shown = {
            "/campaigns": {"/campaigns/launch": "/campaigns/launch"},
            "/campaigns/launch": {"do=look": "/campaigns/launch"},
            "/nominations": {"/nominations/new": "/nominations/new"},
            "/nominations/new": {"": "/nominations/new"},
            "/decisions": {"/decisions/new": "/decisions/new"},
            "/decisions/new": {"": "POST awards /decisions"},
            "/exceptions": {"/exceptions/new": "/exceptions/new"},
            "/exceptions/new": {"": "/exceptions/new"},
            "/signing": {"/signing/new": "/signing/new"},
            "/signing/new": {"": "/signing/new"},
            self.paths["/signing/{id}"][0]: {"do=end": "POST registry /signing-delegations/{id}/end"},
            "/people": {"": "POST registry /people/{id}/enrol", "/people/import": "/people/import"},
            "/people/import": {"do=look": "POST registry /people/import/trials"}
            | dict.fromkeys(FILES, "POST registry /people/exports"),
            "/registrations": {"/registrations/import": "/registrations/import"},
            "/registrations/import": {"do=look": "POST registry /registration-files/trials/{id}/import"}
            | dict.fromkeys(FILES, "/registrations/import"),
            "/people/proposals": {
                f"do={step}": f"POST registry /proposals/{{id}}/{step}" for step in ("confirm", "decline", "withdraw")
            },
            "/units": {"/units/import": "/units/import"} | dict.fromkeys(FILES, "POST registry /units/exports"),
            "/units/import": {"do=look": "POST registry /units/import/trials"},
            "/people/me": {"everywhere=1": "/"},
            opened: registering
            | sending
            | {
                "do=solutions": "POST registry /registrations/{id}/solutions",
                "do=qualitative": "POST registry /registrations/{id}/qualitative",
                "do=ask": "POST registry /registrations/{id}/opinions",
                "do=movements": "POST registry /registrations/{id}/movements",
            },
            f"{opened}/submit": {"do=submit": "POST registry /registrations/{id}/submit"},
            sent: {f"{sent}/{step}": f"POST registry /registrations/{{id}}/{step}" for step in ("confirm", "return")},
            f"{sent}/confirm": {"do=confirm": "POST registry /registrations/{id}/confirm"},
            f"{sent}/return": {"do=return": "POST registry /registrations/{id}/return"},
            card: {
                "do=report": "POST campaigns /scorecards/{id}/results",
                "do=verify": "POST campaigns /scorecards/{id}/verifications",
                "do=return": "POST campaigns /scorecards/{id}/returns",
            },
            nomination: {
                "do=add": "POST awards /nominations/{id}/documents",
                "do=submit": "POST awards /nominations/{id}/submit",
            },
            someone: {
                "do=keep": "PUT registry /people/{id}/details",
                "do=grant": keeping,
                "do=revoke": f"{keeping}/revoke",
                f"{someone}/erase": f"{someone}/erase",
            },
            f"{someone}/erase": {"do=erase": "DELETE registry /people/{id}/details"},
        }

    def _presses(  # noqa: PLR0917
        self, opened: str, sent: str, card: str, nomination: str, waiting: str, someone: str, campaign: str
    ) -> None:
        pack = json.dumps({**PACK, "code": "khac"})
        about = {"campaign": campaign, "unit": str(OWN)}
        proposal = {**about, "award": "merit_letter"}
        paper = {"do": "add", "kind": "minutes", "title": "Biên bản", "sha256": "f" * 64}
        decision = {"number": "2/QĐ-BHXH", "signed_on": "10/11/2024", "authority": str(OWN), "award": "no_such_award"}
        held = {"do": "revoke", "held": f"officer@{OWN}@{SINCE}"}
        grant = {"do": "grant", "role": "auditor", "unit": str(OWN), "since": f"{self.house.today:%d/%m/%Y}"}
        exception = {
            "person": str(uuid4()), "duty": "decide_award", "thing": waiting, "unit": str(OWN), "authority": str(OWN),
            "reason": "others_absent", "until": "12/11/2024",
        }  # fmt: skip
        units, trial = "POST registry /units/import/trials", str(uuid4())
        people, targets = "POST registry /people/import/trials", "POST registry /registration-files/trials"
        pledging = {f"{of}{name}": key for of in ("", "of-") for name, key in about.items()}
        registering, awarding = "POST registry /registrations/{id}", "POST awards /nominations/{id}"
        self.presses = [
            Press("/campaigns/launch", {"do": "look", "pack": pack}, "POST campaigns /packs/trial"),
            Press("/campaigns/launch", {"do": "launch", "pack": pack}, "POST campaigns /campaigns"),
            Press("/campaigns/launch", {"do": "announce", "pack": pack}, "POST campaigns /announcements"),
            Press("/nominations/new", proposal, "POST awards /nominations"),
            Press(nomination, paper, f"{awarding}/documents"),
            Press(nomination, {"do": "submit"}, f"{awarding}/submit"),
            Press("/decisions/new", decision | {f"n-{waiting}": "1"}, "POST awards /decisions"),
            Press(opened, {"do": "save", "t-cover-2024": "91,5"}, f"{registering}/targets"),
            Press(opened, {"do": "next", "t-cover-2024": "91,5"}, f"{registering}/targets"),
            Press(opened, {"do": "submit"}, f"{registering}/submit"),
            Press(sent, {"do": "confirm"}, f"{registering}/confirm"),
            Press(sent, {"do": "return", "note": "Sửa"}, f"{registering}/return"),
            *(
                Press(sent, {"do": step, "reason": "Nhập nhầm", "note": "Sửa"}, f"{registering}/{step}")
                for step in ("appraisal", "approve", "confirm-from-above", "return-from-above", "reopen")
            ),
            Press(sent, {"do": "appraise", "ok-cover-2024": "1"}, f"{registering}/agreements"),
            Press(sent, {"do": "appraise", "no-cover-2024": "Thấp"}, f"{registering}/objections"),
            Press(opened, {"do": "solutions", "s-cover": "Vận động"}, f"{registering}/solutions"),
            Press(opened, {"do": "movements"}, f"{registering}/movements"),
            Press(opened, {"do": "ask", "body": "other"}, f"{registering}/opinions"),
            Press(opened, {"do": "answer", "body": "other", "opinion": "Nhất trí"}, f"{registering}/opinions/answers"),
            Press(opened, {"do": "qualitative", "requirement": "A", "solution": "B"}, f"{registering}/qualitative"),
            Press(opened, {"do": "progress", "number": "1", "progress": "A"}, f"{registering}/progress"),
            Press(card, {"do": "report", "r-cover-2024": "93"}, "POST campaigns /scorecards/{id}/results"),
            Press(card, {"do": "verify", "v-cover-2024": "1"}, "POST campaigns /scorecards/{id}/verifications"),
            Press(card, {"do": "return", "v-cover-2024": "1", "why": "Sai"}, "POST campaigns /scorecards/{id}/returns"),
            Press(
                self.verified,
                {"do": "correct", "r-cover-2024": "93", "why": "Nhầm"},
                "POST campaigns /scorecards/{id}/corrections",
            ),
            Press("/exceptions/new", exception, "POST registry /duty-exceptions"),
            Press("/signing/new", SIGNED, "POST registry /signing-delegations"),
            Press(self.paths["/signing/{id}"][0], {"do": "end"}, "POST registry /signing-delegations/{id}/end"),
            Press("/people", {}, "POST registry /people/{id}/enrol"),
            Press("/units/import", {"do": "look", "file": "code"}, units),
            Press("/units/import", {"do": "import", "job": trial}, f"{units}/{{id}}/import"),
            Press("/units/import", {"do": "names-are-meant", "job": trial}, f"{units}/{{id}}/names-are-meant"),
            Press("/units/exports", {"as": "csv"}, "POST registry /units/exports"),
            Press("/people/import", {"do": "look", "file": "code"}, people),
            Press("/people/import", {"do": "import", "job": trial}, f"{people}/{{id}}/import"),
            Press("/people/exports", {"as": "xlsx"}, "POST registry /people/exports"),
            Press("/registrations/import", {"do": "look", "file": "code", **pledging}, targets),
            Press("/registrations/import", {"do": "import", "job": trial}, f"{targets}/{{id}}/import"),
            Press("/registrations/exports", pledging, "POST registry /registration-files/exports"),
            Press(someone, {"do": "keep", "full_name": "Nguyễn Thị Thử"}, "PUT registry /people/{id}/details"),
            Press(someone, {"do": "erase"}, "DELETE registry /people/{id}/details"),
            Press(someone, grant, "POST registry /people/{id}/roles"),
            Press(someone, held, "POST registry /people/{id}/roles/revoke"),
        ]
        self._working(someone)

    async def _helped(self) -> tuple[str, str, str]:
        """An open obstacle, an inspection with a finding, and an exemplar that was not acclaimed yet."""
        about = {"unit_id": str(OWN)}
        asked = await self.tell(Role.OFFICER, "campaigns", "/obstacles", OBSTACLE | about)
        planned = await self.tell(Role.EMULATION_DEPARTMENT, "campaigns", "/inspections", INSPECTION | about)
        found = await self.tell(Role.OFFICER, "campaigns", "/exemplars", EXEMPLAR | about)
        for step in ("/held", "/findings"):
            await self.tell(Role.EMULATION_DEPARTMENT, "campaigns", f"/inspections/{planned}{step}", HELPED[step])
        return f"/obstacles/{asked}", f"/inspections/{planned}", f"/exemplars/{found}"

    async def _persons(self) -> tuple[str, list[UUID]]:
        """A registration of a person that waits for the head, and people who have not registered."""
        people, keeper = [uuid4(), uuid4()], Role.EMULATION_DEPARTMENT
        await self.tell(keeper, "registry", f"/people/{person(Role.OFFICER, 'own')}/enrol")
        await personal.launched(self.house, person(Role.DIRECTOR_GENERAL, "parent"))
        await personal.office(self.house, OWN, people, person(Role.EMULATION_DEPARTMENT, "parent"))
        await self.house.settle()
        key = await self.tell(Role.OFFICER, "registry", "/personal-registrations", personal.entry(OWN, people[0]))
        return f"/personal-registrations/{key}", people[1:]

    def _personal(self, one: str, others: list[UUID]) -> None:
        about = {"campaign": str(personal.CAMPAIGN), "unit": str(OWN)}
        [other], key, noun = others, one.rpartition("/")[2], "POST registry /personal-registrations"
        steps = {"rewrite": "words", "confirm": "confirm", "return": "return", "withdraw": "withdraw"}
        self.shown[one] = {f"do={step}_personal": f"{noun}/{{id}}/{route}" for step, route in steps.items()}
        self.shown["/my-registrations"] = {"do=register": "POST registry /my-registrations"}
        typed = {f"target-{other}": "98 %", f"solution-{other}": "Rà soát"}
        words = {"rewrite_personal-target": "98 %", "rewrite_personal-solution": "…", "return_personal-reason": "…"}
        self.presses += [
            Press("/personal-registrations", {**about, **typed, "do": "enter"}, noun),
            Press("/personal-confirmations", {**about, f"c-{key}": "1"}, "POST registry /personal-confirmations"),
            Press("/my-registrations", {**personal.MINE, "do": "register"}, "POST registry /my-registrations"),
            Press("/my-registrations", {**personal.MINE, "do": "withdraw"}, "POST registry /my-withdrawals"),
            *(
                Press(one, {**words, "do": f"{step}_personal"}, f"{noun}/{{id}}/{route}")
                for step, route in steps.items()
            ),
        ]

    def _helping(self, obstacle: str, inspection: str, exemplar: str) -> None:
        routes = {
            "resolve_obstacle": "/obstacles/{id}/answer", "record_finding": "/inspections/{id}/findings",
            "close_finding": "/inspections/{id}/closed-findings", "hold_inspection": "/inspections/{id}/held",
            **{f"{step}_exemplar": f"/exemplars/{{id}}/{step}" for step in (
                "acclaim", "nurture", "publicise", "replicate", "refuse", "withdraw"
            )},
        }  # fmt: skip
        for noun in ("obstacles", "inspections", "exemplars"):
            self.shown[f"/{noun}"] = {f"/{noun}/new": f"/{noun}/new"}
            self.shown[f"/{noun}/new"] = {"": f"/{noun}/new"}
        self.shown["/obstacles"]["do=guidance"] = "POST campaigns /guidance"
        open_ones = {
            obstacle: ["resolve_obstacle"], inspection: ["record_finding", "close_finding"],
            exemplar: ["acclaim_exemplar", "nurture_exemplar", "refuse_exemplar"],
        }  # fmt: skip
        for path, names in open_ones.items():
            self.shown[path] = {f"do={name}": f"POST campaigns {routes[name]}" for name in names}
        typed = {"unit_id": str(OWN), "thing_kind": "review", "question": "…", "title": "…", "merit": "…"}
        day = {"subject": "…", "planned_on": "01/12/2024", "unit_id": "OWN"}
        self.presses += [
            Press("/obstacles/new", typed, "POST campaigns /obstacles"),
            Press("/exemplars/new", typed, "POST campaigns /exemplars"),
            Press("/inspections/new", day, "POST campaigns /inspections"),
            Press("/obstacles", {"do": "guidance", "answer": "…", f"o-{obstacle.rpartition('/')[2]}": "1"},
                  "POST campaigns /guidance"),
        ]  # fmt: skip
        for name, route in routes.items():
            path = next(each for each in (obstacle, inspection, exemplar) if each.split("/")[1] == route.split("/")[1])
            fields = {f"{name}-{field}": str(value) for field, value in HELPED[f"/{route.rpartition('/')[2]}"].items()}
            fields |= {f"{name}-in_unit_id": "SIBLING"}
            self.presses.append(Press(path, {"do": name, **fields}, f"POST campaigns {route}"))

    async def _pressed(self) -> tuple[str, str]:
        """A publication that stands, and a report that was handed over."""
        about = {"unit_id": str(OWN)}
        published = await self.tell(Role.COMMUNICATIONS, "campaigns", "/publicity", PUBLICATION | about)
        reported = await self.tell(Role.COMMUNICATIONS, "campaigns", "/violations", VIOLATION | about)
        given = f"/violations/{reported}/handed-over"
        await self.tell(Role.EMULATION_DEPARTMENT, "campaigns", given, PRESSED["/handed-over"])
        return f"/publicity/{published}", f"/violations/{reported}"

    def _pressing(self, published: str, reported: str) -> None:
        steps = {
            "take_down_publicity": (published, "publicity/{id}/taken-down", {"on": "03/12/2024"}),
            "hand_over_violation": (reported, "violations/{id}/handed-over", {"to": "department"}),
            "answer_violation": (reported, "violations/{id}/answer", {"answer": "…"}),
        }
        for noun in ("publicity", "violations"):
            self.shown[f"/{noun}"] = {f"/{noun}/new": f"/{noun}/new"}
            self.shown[f"/{noun}/new"] = {"": f"/{noun}/new"}
            typed = PUBLICATION | VIOLATION | {"unit_id": "OWN", "published_on": "02/12/2024"}
            self.presses.append(Press(f"/{noun}/new", typed, f"POST campaigns /{noun}"))
        for name, (path, route, typed) in steps.items():
            self.shown.setdefault(path, {})[f"do={name}"] = f"POST campaigns /{route}"
            fields = {"do": name, **{f"{name}-{field}": value for field, value in typed.items()}}
            self.presses.append(Press(path, fields, f"POST campaigns /{route}"))

    def _units(self) -> None:
        """What becomes of a unit: the forms, and each of them sent."""
        routes = {step: f"POST registry /units/{{id}}/{step}" for step in UNIT_STEPS}
        self.shown[f"/units/{OWN}"] = {f"/units/{OWN}/{step}": f"/units/{OWN}/{step}" for step in UNIT_STEPS}
        typed = {
            "name": "Đơn vị", "other": "OWN", "others": "OWN", "on": "01/01/2099", "number": "1/QĐ", "issuer": "Bộ",
            "issued_on": "01/01/2025", "change": str(uuid4()), "reason": "Nhầm",
        }  # fmt: skip
        for step, route in routes.items():
            self.shown[f"/units/{OWN}/{step}"] = {"": route}
            self.presses.append(Press(f"/units/{OWN}/{step}", typed, route))
        counting = {"report": "headcounts", "correct": "headcounts/corrections", "assign": "establishments"}
        page = f"/headcounts/{OWN}"
        self.shown[page] = {f"do={step}": f"POST registry /{route}" for step, route in counting.items()}
        people = {"civil_servant": "1", "public_employee": "2", "contract_worker": "0", "posts": "3"}
        typed |= {"on": str(self.house.today), **people}
        for step, route in counting.items():
            fields = {"do": step, **{f"{step}-{name}": value for name, value in typed.items()}}
            at = f"{page}/establishment" if step == "assign" else page
            self.presses.append(Press(at, fields, f"POST registry /{route}"))

    def _working(self, someone: str) -> None:
        """Where a person works, who was assigned to no unit yet."""
        pages = {step: f"{someone}/steps/{step}" for step in WORK_STEPS}
        routes = {step: f"POST registry /people/{{id}}/{it.path}" for step, it in WORK_STEPS.items()}
        self.shown[someone] |= {pages[step]: pages[step] for step in ("assign", "post", "leave", "join")}
        self.shown |= {page: {"": routes[step]} for step, page in pages.items() if step != "join"}
        typed = {
            "unit_id": "OWN", "category": "civil_servant", "since": "10/11/2024", "assigned_on": "2024-11-10",
            "reason": "retired", "on": "10/11/2024", "into_id": str(uuid4()),
        }  # fmt: skip
        for step, page in pages.items():
            post = {"kind": "second"} if step == "post" else {"post": f"{OWN}@second"}
            self.presses.append(Press(page, typed | post, routes[step]))

    async def _deadlines(self) -> tuple[str, str]:
        """One that has passed, of a unit with units below it; and one that was closed."""
        paths = []
        for _ in range(2):
            body = DEADLINE | {"unit_id": str(OWN), "thing_id": str(uuid4()), "before": "2024-12-01"}
            paths.append(f"/deadlines/{await self.tell(Role.DIRECTOR_GENERAL, 'campaigns', '/deadlines', body)}")
        await self.tell(Role.DIRECTOR_GENERAL, "campaigns", f"{paths[1]}/close")
        return paths[0], paths[1]

    async def _papers(self) -> tuple[str, str, str]:
        """A draft and a document that was sent, both of the own unit, written by a clerk above; its receipt."""
        by = {"check": person(Role.UNIT_HEAD, "own"), "signature": person(Role.UNIT_HEAD, "own")}
        draft = {**papers.DRAFT, "unit_id": str(OWN)}
        draft["content"] = {**papers.CONTENT, "addressees": [
            {"name": "Đơn vị", "purpose": "for_action", "unit_ids": [str(OWN)]},
        ]}  # fmt: skip
        keys = [await self.tell(Role.CLERK, "campaigns", "/documents", draft) for _ in range(2)]
        today = str(self.house.today)
        for step, body in (
            ("check", None), ("signature", {"capacity": "direct"}), ("number", {"number": "5", "dated": today}),
            ("issue", None), ("sending", None),
        ):  # fmt: skip
            who = by.get(step, person(Role.CLERK, "parent"))
            await self.house.tell(who, "campaigns", f"/documents/{keys[1]}/{step}", body)
        return f"/documents/{keys[0]}", f"/documents/{keys[1]}", f"/incoming/{receipt_id(UUID(keys[1]), OWN)}"

    def _written(self, draft: str, sent: str, incoming: str) -> None:
        steps = {name: f"POST campaigns /documents/{{id}}/{step.path}" for name, step in DOCUMENT_STEPS.items()}
        entries = {name: f"POST campaigns /receipts/{{id}}/{step.path}" for name, step in RECEIPT_STEPS.items()}
        content = "POST campaigns /documents/{id}/content"
        self.shown |= {
            "/documents": {"/documents/new": "/documents/new"},
            "/documents/new": {"": "/documents/new"},
            draft: {"do=check_document": steps["check_document"], f"{draft}/edit": content},
            f"{draft}/edit": {"": content},
            sent: {f"do={name}": steps[name] for name in ("dispatch_document", "correct_document", "recall_document")},
            incoming: {"do=receive_document": entries["receive_document"]},
        }
        typed = {"unit_id": str(OWN), "kind": "plan", "symbol": "KH-BHXH", "subject": "A", "place": "B",
                 "archive_copies": "2"}  # fmt: skip
        words = {
            "capacity": "direct", "signed_by": str(OWN), "happened_on": "10/11/2024", "evidence": papers.SCAN,
            "number": "9", "dated": "10/11/2024", "recipient": "Bộ", "way": "post", "wrong": "a", "right": "b",
            "replaced_by": str(OWN), "reason": "Sai", "received_on": "10/11/2024",
        }  # fmt: skip
        self.presses += [
            Press("/documents/new", typed, "POST campaigns /documents"),
            Press(f"{draft}/edit", typed, content),
        ]
        for place, routes in ((sent, steps), (incoming, entries)):
            for name, route in routes.items():
                fields = {f"{name}-{each}": word for each, word in words.items()}
                self.presses.append(Press(place, {"do": name, **fields}, route))

    def _due(self, due: str, closed: str) -> None:
        steps = {
            "meet_deadline": "receipt", "set_sub_deadline": "sub-deadlines", "move_deadline": "move",
            "excuse_lateness": "excuse", "close_deadline": "close", "reopen_deadline": "reopen",
        }  # fmt: skip
        routes = {name: f"POST campaigns /deadlines/{{id}}/{step}" for name, step in steps.items()}
        self.shown |= {
            "/deadlines": {"/deadlines/new": "/deadlines/new"},
            "/deadlines/new": {"": "POST campaigns /deadlines-for-kinds"},
            due: {f"do={name}": route for name, route in routes.items() if name != "reopen_deadline"},
            closed: {
                f"do={name}": routes[name]
                for name in ("set_sub_deadline", "move_deadline", "excuse_lateness", "reopen_deadline")
            },
        }
        typed = {"title": "Báo cáo", "before": "01/12/2027", "thing_kind": "review", "kind-provincial": "1"}
        days = {f"{name}-{field}": "01/12/2027" for name in steps for field in ("on", "before", "until")} | {
            f"{name}-reason": "Bão" for name in steps
        }
        self.presses.append(Press("/deadlines/new", typed, "POST campaigns /deadlines-for-kinds"))
        for name, route in routes.items():
            self.presses.append(Press(closed if name == "reopen_deadline" else due, {"do": name, **days}, route))

    def open(self, leads: str, role: Role | None, place: str) -> bool:
        """Whether a route of a service, or the page of an address, is open for a person."""
        if leads in {*page_reports.RECEIVED, page_reviews.URGING}:
            return (role, place) == (Role.EMULATION_DEPARTMENT, "parent")
        if leads in page_reports.SIGNED:
            return (role, place) == (Role.UNIT_HEAD, "own")
        if place == "own" and leads in FROM_ABOVE:
            return False
        if not leads.startswith("/"):
            return not self.verdict(leads, role, place)
        [address] = [each for each, path in self.to_open() if path == leads]
        return not address.verdict(role, place)

    def verdict(self, route: str, role: Role | None, place: str) -> str:
        """What a service answers to a step of one of these things, for a person at a place."""
        if route in page_reviews.HELD:
            place = {"parent": "own", "own": "child"}.get(place, place)
        return verdict(route, role, place)

    def to_open(self) -> Iterator[tuple[Address, str]]:
        """Every address that a browser can open, with its line of the document."""
        for page in PAGES.values():
            if page.method == "GET" and page.path != "/{path}":
                for path in self.paths[page.path] if "{" in page.path else [page.path]:
                    yield page, path


FILES = ("as=xlsx", "as=csv")
PROOF = b"%PDF-1.7\nminh chung"
TARGET = {"indicator": "cover", "year": 2024}
FILINGS = ("POST registry /registrations/{id}/filings", "POST campaigns /scorecards/{id}/filings")
FROM_ABOVE = {
    *(f"POST campaigns /deadlines/{{id}}/{step}" for step in ("receipt", "move", "excuse", "close", "reopen")),
    *FILINGS,
}
"""Steps that a role in the thing's own unit does not open: somebody above judges."""
SIGNED = {
    "unit": str(OWN), "signer": str(uuid4()), "capacity": "deputy", "basis": "1/QĐ-BHXH", "since": "10/11/2024",
    "basis_on": "10/11/2024",
}  # fmt: skip
STEPS = ("launch", "amendments", "extensions", "conclusion", "cancellation")
