"""Writes the outcome of each test as JSON, and sends a token with every request that has none.

A plugin of pytest for the runs of main.ts: MOLECULE_RESULTS names the file, MOLECULE_TOKEN is the token.
"""

import json
import os

BINDINGS = ("jsonrpc", "http_json", "grpc", "rest")
# These tests send requests without a token on purpose.
WITHOUT_TOKEN = (
    "/authentication/",
    "test_authentication.py",
    "test_auth_",
    "/security/",
    "_without_auth",
    "test_extended_agent_card_authentication_required",
)

results = {}
current = {"nodeid": ""}


def pytest_runtest_setup(item):
    current["nodeid"] = item.nodeid


def pytest_runtest_logreport(report):
    if report.when != "call" and report.outcome == "passed":
        return
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if report.outcome == "skipped" else "passed"
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    found = [name for name in BINDINGS if name in report.keywords or f"[{name}" in report.nodeid or f"-{name}]" in report.nodeid]
    results[report.nodeid] = {"binding": found[0] if found else "", "outcome": outcome, "reason": reason[-2000:]}


def pytest_sessionfinish():
    with open(os.environ["MOLECULE_RESULTS"], "w", encoding="utf-8") as file:
        json.dump(results, file)


def authorization():
    token = os.environ.get("MOLECULE_TOKEN", "")
    if token == "" or any(part in current["nodeid"] for part in WITHOUT_TOKEN):
        return None
    return f"Bearer {token}"


def send_tokens():
    import grpc
    import httpx

    send = httpx.Client.send

    def send_with_token(self, request, **options):
        if authorization() and "authorization" not in request.headers:
            request.headers["authorization"] = authorization()
        return send(self, request, **options)

    httpx.Client.send = send_with_token
    send_async = httpx.AsyncClient.send

    async def send_async_with_token(self, request, **options):
        if authorization() and "authorization" not in request.headers:
            request.headers["authorization"] = authorization()
        return await send_async(self, request, **options)

    httpx.AsyncClient.send = send_async_with_token

    class WithToken(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
        def _with_token(self, proceed, details, request):
            metadata = [*(details.metadata or [])]
            if authorization():
                metadata.append(("authorization", authorization()))
            return proceed(details._replace(metadata=metadata), request)

        intercept_unary_unary = _with_token
        intercept_unary_stream = _with_token

    insecure = grpc.insecure_channel
    grpc.insecure_channel = lambda *given, **options: grpc.intercept_channel(insecure(*given, **options), WithToken())
    try:
        import requests
    except ImportError:
        return
    prepare = requests.Session.send

    def send_prepared(self, request, **options):
        if authorization() and "authorization" not in {name.lower() for name in request.headers}:
            request.headers["Authorization"] = authorization()
        return prepare(self, request, **options)

    requests.Session.send = send_prepared


def show_tokens():
    """The 0.3 suite looks into its clients for a token, and has no setting that puts one there."""
    try:
        from tck.transport.jsonrpc_client import JSONRPCClient
        from tck.transport.rest_client import RESTClient
    except ImportError:
        return
    for client in (JSONRPCClient, RESTClient):
        # New each time, because a test removes the token from what it gets.
        client.headers = property(lambda _: {"authorization": f"Bearer {os.environ['MOLECULE_TOKEN']}"})


if os.environ.get("MOLECULE_TOKEN"):
    send_tokens()
    show_tokens()
