"""Self-signed certificates: of a server at 127.0.0.1, and of whoever signs messages."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Paths of certificate and key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    certfile, keyfile = folder / "cert.pem", folder / "key.pem"
    certfile.write_bytes(certified(key))
    keyfile.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certfile, keyfile


def certified(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, from_: int = -1, to: int = 1) -> bytes:
    """A certificate of this key in PEM. from_, to: days from now between which it holds."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + from_ * DAY)
        .not_valid_after(now + to * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def server_and_client(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server at 127.0.0.1 shows, under whichever name it is called, and what trusts it."""
    certfile, keyfile = certificate(folder)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certfile, keyfile)
    trusting = ssl.create_default_context(cafile=str(certfile))
    trusting.check_hostname = False
    return serving, trusting
