"""What an error of a server, or of the way to it, means: which value is wrong, and what to do next.

None of it is in the server's own words, which may hold what was written.
"""

from collections.abc import Iterator
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError

from neo4j.exceptions import (
    ConfigurationError,
    ConnectionPoolError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    UnsupportedServerProduct,
)

HOW = "say it in the URL (neo4j://USER:PASSWORD@HOST), or in NEO4J_USERNAME and NEO4J_PASSWORD or NEO4J_PASSWORD_FILE"
_NO_END = "{place} came to no end with it, or another program held it; type the same command again"
_BY_CODE = {  # by a part of the code; the first counts
    "Memory": "{place} lacks memory for it; raise db.memory.transaction.max or dbms.memory.transaction.total.max there",
    "ReadOnly": "{place} can't be written to: it is read-only; allow it on the server (server.databases.read_only)",
    "RateLimit": "{place} lets {user} in no more, after too many wrong passwords; wait a few seconds, and {how}",
    "CredentialsExpired": "{place} wants a new password of {user}: set one with cypher-shell -a {url} -u {user}; {how}",
    "DatabaseNotFound": "{place} has no such database; check the name behind the last /, or in NEO4J_DATABASE",
    "DatabaseUnavailable": "the database of {place} is offline; SHOW DATABASES on the server tells why: start it there",
    "Forbidden": "{place} can't be written to by {user}; allow it on the server (GRANT ROLE architect TO {user})",
    "Security": "{place} does not let {user} in: wrong user or password; {how}",
    "TimedOut": _NO_END,
    "LockClientStopped": _NO_END,
    "Transient": "{place} could not do it ({code}), not when it was asked again either; try again later",
}
_NOT_BOLT = "what listens at {host} does not speak Bolt; name Bolt's port (7687 by itself; 7474 is for browsers)"
_HUNG_UP = "{host} hung up; write +s behind neo4j or bolt if it wants encryption, or name Bolt's port (7687 by itself)"
_NO_TLS = "{host} does not speak TLS; turn it on in the server (server.bolt.tls_level), or leave out +s"
_BY_CLASS: tuple[tuple[type[Exception], str], ...] = (
    (gaierror, "no address is known of {host}; check how it is spelt, and that you are online"),
    (ConnectionRefusedError, "nothing listens at {host}; check the port, and that the server runs"),
    (TimeoutError, "{host} does not answer; check the host and the port, and that no firewall is between"),
    (SSLError, _NO_TLS),
    (ConnectionError, _HUNG_UP),
    (OSError, "there is no way to {host}; check the host, and that you are online"),
    (UnsupportedServerProduct, _NOT_BOLT),
)
_OTHER_HOST = "the certificate of {host} is made out to another host; name it as it stands there, or have one made"
_CERTIFICATES = {  # by OpenSSL's numbers
    9: "the certificate of {host} is not valid yet; set the clocks of this machine and of the server right",
    10: "the certificate of {host} has expired; renew it on the server, and see that this machine's clock is right",
    62: _OTHER_HOST,
    64: _OTHER_HOST,
}
_UNTRUSTED = (
    "the certificate of {host} is signed by nobody who is trusted here; name the file of who signed it in "
    "SSL_CERT_FILE, or write +ssc for +s, which takes any certificate"
)


def explain(error: DriverError | Neo4jError, *, reached: bool, **values: str) -> str:
    """Say what an error means, given the store's `place`, the server's `url` and `user`, and whether it was reached."""
    scheme, _, host = values["url"].partition("://")
    words = _find_words(error, list(_causes(error)), reached=reached)
    if "+" in scheme:  # some who speak no TLS hang up on it
        words = words.replace(_HUNG_UP, _NO_TLS)
    return words.format(host=host, how=HOW, code=_code(error), **values)


def _find_words(error: DriverError | Neo4jError, causes: list[BaseException], *, reached: bool) -> str:
    codes = [cause.code for cause in causes if isinstance(cause, Neo4jError)]
    for part, words in _BY_CODE.items():
        if any(part in code for code in codes):
            return words
    if isinstance(error, ServiceUnavailable | SessionExpired | ConnectionPoolError) and reached:
        return "the connection to {place} was lost; see that the server runs, and type the same command again"
    if isinstance(error, ServiceUnavailable | ConnectionPoolError | UnsupportedServerProduct):
        return "{place} can't be reached: " + _find_obstacle(causes)
    if isinstance(error, ConfigurationError):
        return "{place} can't be used as an address; write it like neo4j://localhost:7687"
    return "{place}: the server said {code}; please report this"


def _find_obstacle(causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, _UNTRUSTED)
        for kind, words in _BY_CLASS:
            if isinstance(cause, kind):
                return words
    return _NOT_BOLT if "HTTP" in str(causes[-1]) else _HUNG_UP  # the driver tells them apart by nothing else


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Go from an error to what caused it; the driver groups those of a cluster."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__


def _code(error: DriverError | Neo4jError) -> str:
    return error.code if isinstance(error, Neo4jError) else type(error).__name__
