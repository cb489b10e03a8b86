"""The school's certificates: one authority, and a certificate for each name that asks. Gone with the folder."""

from pathlib import Path

from infra.live.children import done

_ONE_KEY = ["-newkey", "rsa:2048", "-nodes"]


class Authority:
    """Signs with openssl, which reads the school's clock as everybody does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.certificate = folder / "ca.crt"
        done(["openssl", "req", "-x509", *_ONE_KEY, "-days", "30", "-subj", "/CN=Maple Falls authority",
              "-keyout", str(folder / "ca.key"), "-out", str(self.certificate)])  # fmt: skip

    def issue(self, name: str, use: str, names: tuple[str, ...] = ()) -> tuple[Path, Path]:
        """Certificate and key for a common name; `use` is serverAuth or clientAuth, `names` its hosts."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "crt"))
        extension = self.folder / f"{name}.ext"
        hosts = "".join(f"subjectAltName=DNS:{host}\n" for host in names)
        extension.write_text(f"extendedKeyUsage={use}\nkeyUsage=digitalSignature,keyEncipherment\n{hosts}")
        done(["openssl", "req", *_ONE_KEY, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)])
        done(["openssl", "x509", "-req", "-days", "20", "-in", str(request), "-CA", str(self.certificate),
              "-CAkey", str(self.folder / "ca.key"), "-CAcreateserial", "-extfile", str(extension),
              "-out", str(certificate)])  # fmt: skip
        return certificate, key
