"""Composition root of registry: who exists, who holds which role, who pledges what."""

from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.organisation.signing import SIGNING
from chassis.service.service import Service
from services.registry import consumers, erasures, people, people_recovered
from services.registry.views import headcounts, personal_registrations, posts, proposals, registrations, units

SERVICE = Service(
    name="registry",
    apis=[
        "services.registry.api.units",
        "services.registry.api.unit_life",
        "services.registry.api.headcounts",
        "services.registry.api.registrations",
        "services.registry.api.filings",
        "services.registry.api.registration_files",
        "services.registry.api.personal_registrations",
        "services.registry.api.personal_entries",
        "services.registry.api.people",
        "services.registry.api.people_files",
        "services.registry.api.employment",
        "services.registry.api.proposals",
        "services.registry.api.duties",
        "services.registry.api.signing",
        "services.registry.api.vacancies",
    ],
    projections=(
        units.UNITS,
        registrations.REGISTRATIONS,
        personal_registrations.PERSONAL,
        proposals.PROPOSALS,
        ORGANISATION,
        DUTIES,
        SIGNING,
        posts.POSTS,
        headcounts.HEADCOUNTS,
    ),
    reactions=consumers.reactions,
    tasks=lambda platform: [lambda: erasures.keep_saying(platform.pool)],
    sources=lambda platform: {"people": people.Directory(platform.pool)},
    fenced=("people",),
    recovers=(people_recovered.look,),
    jobs=["services.registry.jobs", "services.registry.people_jobs", "services.registry.registration_jobs"],
    grants={
        "api": {
            "public.people": "select, insert, update",
            "public.people_head": "select, update",
            "public.people_changes": "select, insert",
            "public.people_reads": "select, insert",
            "public.personal_words": "select, insert, delete",
        },
        "relay": {"public.people": "select", "public.people_head": "select"},
    },
)
