"""A backend behind Roomcast, in Python without dependencies: orders come in as events, what becomes of them goes out as
pushes. See docs/guides/gateway.md."""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def secret(name):
    value = os.environ.get(name, "")
    if len(value) < 32:
        sys.exit(f"Set {name} to the secret that Roomcast has too, at least 32 characters.")
    return value.encode()


PORT = int(os.environ.get("PORT", "3000"))
ROOMCAST_URL = os.environ.get("ROOMCAST_URL", "http://127.0.0.1:8080")
JWT_SECRET = secret("ROOMCAST_JWT_SECRET")
FORWARD_SECRET = secret("ROOMCAST_FORWARD_SECRET")
API_KEY = os.environ.get("ROOMCAST_API_KEY", "")  # with it pushes carry the key, without it they are signed
PUSH_SECRET = b"" if API_KEY else secret("ROOMCAST_PUSH_SECRET")

PAGE = (Path(__file__).parent.parent / "gateway-page" / "index.html").read_bytes()
WINDOW = 300  # seconds that the clocks may differ, and for which a stolen request could be sent again
LARGEST_BODY = 2 * 1024 * 1024

# In memory, to keep this short. A real backend has them in its database, and there the answer to an event is written in
# the same transaction as what the event did: then neither a crash nor a repetition can do it twice or not at all.
lock = threading.Lock()
orders = []
first = int(time.time())  # no order has the number of one that was forgotten at the last start
answers = {}  # event id → what was answered
sessions = {}  # user id → session → (sequence, is open)


def is_from_roomcast(headers, body):
    """Whether a request was signed with our secret, lately: HMAC-SHA256 of ID.TIMESTAMP.BODY, the body byte for byte."""
    event_id = headers.get("Roomcast-Event-Id", "")
    timestamp = headers.get("Roomcast-Timestamp", "")
    given = headers.get("Roomcast-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(time.time() - int(timestamp)) > WINDOW:
        return False
    digest = hmac.new(FORWARD_SECRET, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    # Takes as long however much of it is right.
    return hmac.compare_digest(given.encode("latin-1"), f"v1={digest}".encode())


def take(event):
    """What an event does, and the answer to it. An event may come twice; what it does is done once."""
    with lock:
        if event["id"] not in answers:
            answers[event["id"]] = handle(event)
        return answers[event["id"]]


def handle(event):
    if event["kind"] != "event":
        return follow(event)
    if event["event"] != "order":
        return {"ack": {"ok": False, "error": f"There is no event {event['event']}."}}
    data = event["data"]
    item = data.get("item") if isinstance(data, dict) else None
    if not isinstance(item, str) or item == "":
        # A no to the user is an answer like any other: the event was taken.
        return {"ack": {"ok": False, "error": "Say which item."}}
    order = {"order": first + len(orders), "userId": event["userId"], "item": item}
    orders.append(order)
    return {
        "ack": {"ok": True, "order": order["order"]},
        # To all of the user's tabs and devices.
        "push": [{"userId": event["userId"], "event": "order_taken", "data": order}],
    }


def follow(event):
    """Who is here. Each session of a user has a number of its own and counts its events; what has not a higher sequence
    than the last is late, and says how things were."""
    of_user = sessions.setdefault(event["userId"], {})
    last, _ = of_user.get(event["session"], (0, False))
    if event["sequence"] > last:
        of_user[event["session"]] = (event["sequence"], event["kind"] != "disconnected")
    return {}


def state():
    """Users with at least one open session are here: two tabs are two."""
    with lock:
        online = [user for user, of_user in sessions.items() if any(is_open for _, is_open in of_user.values())]
        return {"orders": list(orders), "online": online}


def ship(number):
    """Tells the user, whenever it is: it need not be the answer to anything. The id makes a repetition harmless."""
    with lock:
        order = next((order for order in orders if order["order"] == number), None)
    if order is None:
        return {"error": "There is no such order."}
    return push({"userId": order["userId"], "event": "order_shipped", "data": order, "id": f"order-{number}-shipped"})


def push(message):
    body = json.dumps(message).encode()
    headers = {"Content-Type": "application/json", **credentials("POST", "/api/push", body)}
    request = urllib.request.Request(f"{ROOMCAST_URL}/api/push", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def credentials(method, path, body):
    """A key, or the HMAC-SHA256 of TIMESTAMP LF METHOD LF PATH LF BODY. Each is good once: decimals tell twins apart."""
    if API_KEY:
        return {"Authorization": f"Bearer {API_KEY}"}
    timestamp = f"{time.time():.6f}"
    digest = hmac.new(PUSH_SECRET, f"{timestamp}\n{method}\n{path}\n".encode() + body, hashlib.sha256).hexdigest()
    return {"Roomcast-Timestamp": timestamp, "Roomcast-Signature": f"v1={digest}"}


def make_token(user_id):
    """A JWT (HS256) that says who somebody is, for a quarter of an hour. Any JWT library does the same."""

    def encode(content):
        return base64.urlsafe_b64encode(content).rstrip(b"=")

    claims = {"sub": user_id, "exp": int(time.time()) + 900}
    signed = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + encode(json.dumps(claims).encode())
    return (signed + b"." + encode(hmac.new(JWT_SECRET, signed, hashlib.sha256).digest())).decode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept: Roomcast sends one event after the other over them
    timeout = 60

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/":
            return self.answer(200, PAGE, "text/html; charset=utf-8")
        if url.path == "/token":
            # A real backend finds out first who asks, by its own login, and makes a token for nobody but them.
            return self.answer(200, {"token": make_token(query.get("user", [""])[0]), "url": ROOMCAST_URL})
        if url.path == "/state":
            return self.answer(200, state())
        return self.answer(404, {"error": "There is nothing here."})

    def do_POST(self):
        url = urlsplit(self.path)
        try:
            length = int(self.headers.get("Content-Length", "0"))
            if not 0 <= length <= LARGEST_BODY:
                raise ValueError("The body is too large.")
            body = self.rfile.read(length)
            if url.path == "/events":
                if not is_from_roomcast(self.headers, body):
                    return self.answer(401, {"error": "The signature is wrong."})
                return self.answer(200, take(json.loads(body)))
            if url.path == "/ship":
                return self.answer(200, ship(int(parse_qs(url.query).get("order", ["0"])[0])))
            return self.answer(404, {"error": "There is nothing here."})
        except Exception as error:
            # 5xx means "not now": Roomcast sends the event again. A 4xx would mean "never", and make it a dead letter.
            print(repr(error), file=sys.stderr)
            self.close_connection = True
            return self.answer(500, {"error": "The backend failed."})

    def answer(self, status, content, kind="application/json"):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"Backend is running: http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
