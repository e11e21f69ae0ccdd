"""Ed25519 signing (RFC 8032), so that tests can sign webhooks without any package. Test keys only."""
import base64
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


def recover_x(y):
    """The even x that belongs to y."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x % 2 else x


def add(a, b):
    """Adds points in extended coordinates (x, y, z, t)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


BASE_X = recover_x(BASE_Y)
DOUBLES = [(BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)]
for _ in range(255):
    DOUBLES.append(add(DOUBLES[-1], DOUBLES[-1]))


def times_base(scalar):
    point = (0, 1, 1, 0)
    for bit in range(256):
        if scalar >> bit & 1:
            point = add(point, DOUBLES[bit])
    return point


def encoded(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class Signer:
    def __init__(self, seed_hex):
        digest = hashlib.sha512(bytes.fromhex(seed_hex)).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix = digest[32:]
        self.public = encoded(times_base(self.scalar))

    def sign(self, message):
        """64 bytes."""
        r = number(self.prefix, message) % L
        point = encoded(times_base(r))
        s = (r + number(point, self.public, message) * self.scalar) % L
        return point + s.to_bytes(32, "little")

    def sign_base64(self, message):
        return base64.b64encode(self.sign(message)).decode()
