"""What the API answered, kept for the judge of the API document (tests/judges/api_document_test.py)."""
import json
import os
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build/exchanges"
WHERE = "TIDEMARK_EXCHANGES"


def keep(anew):
    """From now on, also in processes that are begun later. `anew`: what an earlier run left goes."""
    os.environ.setdefault(WHERE, str(FOLDER))
    folder = pathlib.Path(os.environ[WHERE])
    folder.mkdir(parents=True, exist_ok=True)
    if anew:
        for old in folder.glob("*.ndjson"):
            old.unlink()


def note(method, path, response):
    if not os.environ.get(WHERE) or "/api/" not in path and not path.startswith("/health"):
        return
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return
    line = json.dumps({"method": method, "path": path, "status": response.status,
                       "body": response.body.decode("utf-8", "replace")})
    with open(pathlib.Path(os.environ[WHERE]) / f"{os.getpid()}.ndjson", "a") as file:
        file.write(line + "\n")
