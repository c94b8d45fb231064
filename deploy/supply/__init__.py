"""What the platform is made of that others wrote: listed as an SBOM, held against known vulnerabilities."""
