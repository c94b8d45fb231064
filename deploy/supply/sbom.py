"""`python -m deploy.supply.sbom [FILE]`: the software bill of materials of a checkout, as CycloneDX 1.6 in JSON."""

import sys
from hashlib import sha256
from importlib.metadata import metadata
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6

from deploy.supply.parts import parts

_SPACE: Final = UUID("6b1f4c0e-3a2d-4c5b-8e7f-5b0700000000")


def sbom(root: Path) -> str:
    """The bill of a checkout: what services run with is required, what only tools need is excluded."""
    found, about = parts(root), metadata("thidua")
    components = [
        Component(
            name=part.url.name,
            group=part.url.namespace,
            version=part.version,
            type=ComponentType.LIBRARY,
            purl=part.url,
            bom_ref=str(part.url),
            scope=ComponentScope.REQUIRED if part.product else ComponentScope.EXCLUDED,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in part.hashes],
        )
        for part in found
    ]
    ours = Component(name=about["Name"], version=about["Version"], type=ComponentType.APPLICATION, bom_ref="thidua")
    content = "\n".join(f"{part.url} {' '.join(part.hashes)}" for part in found)
    bom = Bom(components=components, serial_number=uuid5(_SPACE, sha256(content.encode()).hexdigest()))
    bom.metadata.component = ours
    bom.register_dependency(ours, [each for each in components if each.scope is ComponentScope.REQUIRED])
    return JsonV1Dot6(bom).output_as_string(indent=2)


def main() -> None:
    """Write it to the file, or to standard output."""
    text = sbom(Path())
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")
    else:
        sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
