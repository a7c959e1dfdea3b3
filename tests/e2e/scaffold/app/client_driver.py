"""client_driver.py FOLDER URL TOKEN [create]: the Python client against a server; what it saw as JSON."""
import json
import sys

folder, base, token = sys.argv[1:4]
sys.path.insert(0, folder)
import api as types  # noqa: E402
import api_client  # noqa: E402

Client = next(v for k, v in vars(api_client).items() if k.endswith("Client"))
api = Client(base_url=base, token=token, retries=5)
out = {"errors": []}


def status(work):
    try:
        work()
        return "none"
    except api_client.ApiError as error:
        return error.status


if hasattr(api, "page"):
    out["all"] = [types.serialize_api_row(row) for row in api.all()]
    out["page"] = types.serialize_api(api.page())
else:
    out["one"] = types.serialize_api(api.get())
    api.put(api.get())
if hasattr(api, "update"):
    row = api.get("7")
    out["got"] = types.serialize_api_row(row)
    row.name = "</x> \"' \u2028"
    out["updated"] = types.serialize_api_row(api.update("7", row))
    if sys.argv[4:] == ["create"]:
        row.id = 500
        out["created"] = types.serialize_api_row(api.create(row))
        out["errors"].append(status(lambda: api.create(row)))
        api.remove(500)
        out["errors"].append(status(lambda: api.get(500)))
    out["errors"].append(status(lambda: api.get("../7?x#")))
first = "page" if hasattr(api, "page") else "get"
out["errors"].append(status(getattr(Client(base_url=base, token="wrong"), first)))
out["errors"].append(status(getattr(Client(base_url="http://127.0.0.1:9", retries=0), first)))
out["errors"].append(status(getattr(Client(base_url="file:///etc"), first)))
print(json.dumps(out))
