#include "base/contains.hpp"
#include "events/format/tags.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::tenants_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}

/// Two tenants, as programs of the machine see them.
class Tenants : public LocalHouse {
protected:
  House& several() {
    return house([](auto& o) {
      o.tenants.push_back(TenantId("globex"));
      for (auto& token : o.tokens)
        token.tenant = TenantId(token.role == "viewer" ? "globex" : "acme");
    });
  }
  Reply change(std::string_view what, std::string_view body = R"({"reason":"unpaid"})") const {
    return connect().ask(request("POST", "/api/v1/tenants/" + std::string(what), "", body));
  }
};

TEST_F(Tenants, AreClosedToTheirOwnPeopleWhileTheyAreSuspended) {
  auto& house = several();
  EXPECT_EQ(change("acme/suspend").status, 200);
  for (const auto* path : {"/api/v1/contacts", "/api/v1/nothing", "/auth/token"}) {
    const auto refused = house.get(path, admin_token);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(code_of(refused), "tenant_suspended");
    EXPECT_THAT(refused.body, HasSubstr("unpaid"));
  }
  EXPECT_EQ(house.get("/api/v1/contacts", viewer_token).status, 200) << "the other one works";
  EXPECT_EQ(house.get("/api/v1/health", "").status, 200);
  EXPECT_EQ(get("/api/v1/contacts", "X-Tidemark-Tenant: acme\r\n").status, 200)
      << "those of the installation can look";
  house.open();
  EXPECT_EQ(house.get("/api/v1/contacts", admin_token).status, 403) << "after a restart too";
  EXPECT_EQ(change("acme/resume", R"({"reason":"paid"})").status, 200);
  EXPECT_EQ(house.get("/api/v1/contacts", admin_token).status, 200);
}

TEST_F(Tenants, TakeWebhooksWhileTheyAreSuspended) {
  auto& house = several();
  change("acme/suspend");
  auto bytes = webhook("STOP", "d1");
  bytes.replace(bytes.find("/webhooks"), 9, "/t/acme/webhooks");
  const auto taken = house.ask(bytes);
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(body_of(taken)["status"], "accepted");
}

TEST_F(Tenants, AreListedWithWhyTheyDoNotWork) {
  several();
  change("globex/suspend");
  const auto items = body_of(get("/api/v1/tenants"))["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["status"], "active");
  EXPECT_EQ(items[1]["status"], "suspended");
  EXPECT_EQ(items[1]["reason"], "unpaid");
  EXPECT_THAT(items[1]["by"].get<std::string>(), HasSubstr("uid "));
  const auto page = body_of(get("/api/v1/tenants?limit=1"));
  EXPECT_EQ(page["next"], "acme");
  EXPECT_EQ(body_of(get("/api/v1/tenants?after=acme"))["items"][0]["id"], "globex");
}

TEST_F(Tenants, AreSuspendedOnceWithAReasonByThoseOfTheInstallation) {
  auto& house = several();
  EXPECT_EQ(code_of(change("acme/suspend", "{}")), "bad_reason");
  EXPECT_EQ(code_of(change("initech/suspend")), "not_found");
  EXPECT_EQ(code_of(change("acme/resume")), "not_suspended");
  EXPECT_EQ(change("acme/suspend").status, 200);
  EXPECT_EQ(code_of(change("acme/suspend")), "is_suspended");
  for (const auto* path : {"/api/v1/tenants/globex/suspend", "/api/v1/tenants/globex/resume"})
    EXPECT_EQ(code_of(house.post(path, R"({"reason":"x"})", viewer_token)), "forbidden");
  change("acme/resume");
  EXPECT_EQ(code_of(house.post("/api/v1/tenants/acme/suspend", R"({"reason":"x"})", admin_token)),
            "installation_token_needed");
  EXPECT_EQ(code_of(house.get("/api/v1/tenants", admin_token)), "installation_token_needed");
}

TEST_F(Tenants, AreStoredUnderTheTenantWithWhoAndWhy) {
  auto& house = several();
  const auto position = body_of(change("globex/suspend"))["position"].get<std::uint64_t>();
  const auto stored = house.log.at(Position{position});
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->envelope.tenant, TenantId("globex"));
  EXPECT_EQ((*stored)->envelope.stream, events::admin_stream());
  EXPECT_THAT((*stored)->payload, AllOf(HasSubstr("unpaid"), HasSubstr("uid ")));
  EXPECT_EQ(*house.log.newest_tagged(TenantId("globex"), events::suspension_tag()),
            Position{position});
}

TEST_F(Tenants, AreReadAndResumedButNotChangedByTokensOfTheInstallationMeanwhile) {
  auto& house = several();
  const auto made =
      connect().ask(request("POST", "/api/v1/tokens", "",
                            R"({"name":"all","role":"admin","installation":true,"reason":"x"})"));
  ASSERT_EQ(made.status, 201) << made.body << " without a tenant";
  const auto bearer = "Authorization: Bearer " + body_of(made)["token"].get<std::string>() + "\r\n";
  const auto as = [&](std::string_view method, std::string_view path, std::string_view body = "") {
    return house.ask(request(method, path, bearer + "X-Tenant-ID: acme\r\n", body));
  };
  change("acme/suspend");
  EXPECT_EQ(as("GET", "/api/v1/contacts").status, 200);
  const auto refused = as("POST", "/api/v1/connectors/crm/pause", R"({"reason":"x"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "tenant_suspended");
  EXPECT_THAT(refused.body, HasSubstr("unpaid"));
  EXPECT_EQ(as("POST", "/api/v1/tenants/acme/resume", R"({"reason":"paid"})").status, 200);
  EXPECT_EQ(as("POST", "/api/v1/connectors/crm/pause", R"({"reason":"x"})").status, 200);
}

TEST_F(Tenants, TellThatATokenWorksOnceTheyAreResumed) {
  several();
  change("acme/suspend");
  const auto make = [&](const std::string& tenant) {
    return body_of(
        connect().ask(request("POST", "/api/v1/tokens", "X-Tidemark-Tenant: " + tenant + "\r\n",
                              R"({"name":"a","role":"viewer","reason":"x"})")));
  };
  EXPECT_THAT(make("acme").value("note", ""), HasSubstr("once the tenant is resumed"));
  EXPECT_FALSE(make("globex").contains("note"));
}

TEST_F(Tenants, RefuseAllButOptOutsWhereTheyAreToldToDropTheRest) {
  auto& house = this->house([](auto& o) { o.dropping.insert(TenantId("acme")); });
  EXPECT_EQ(house.ask(webhook("hello", "d1")).status, 200);
  change("acme/suspend");
  const auto refused = house.ask(webhook("hello", "d2"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "tenant_suspended");
  EXPECT_EQ(house.ask(webhook("STOP", "d3")).status, 200);
  change("acme/resume");
  EXPECT_EQ(house.ask(webhook("hello", "d4")).status, 200);
}

TEST_F(Tenants, AreNamedByTheHostBelowTheDomainOfTheInstallation) {
  auto& house = this->house([](auto& o) {
    o.tenants.push_back(TenantId("globex"));
    o.tenant_domain = "example.org";
    for (auto& token : o.tokens)
      token.tenant = TenantId(token.role == "viewer" ? "globex" : "acme");
  });
  const auto at = [&](const std::string& host, std::string bytes) {
    const auto from = bytes.find("Host: ") + 6;
    bytes.replace(from, bytes.find("\r\n", from) - from, host);
    return house.ask(bytes);
  };
  const auto asking = request("GET", "/api/v1/contacts",
                              "Authorization: Bearer " + std::string(admin_token) + "\r\n");
  EXPECT_EQ(at("acme.example.org:8080", asking).status, 200);
  EXPECT_EQ(at("ACME.EXAMPLE.org", asking).status, 200);
  EXPECT_EQ(at("example.org", asking).status, 200);
  EXPECT_EQ(code_of(at("globex.example.org", asking)), "tenant_not_found");
  EXPECT_EQ(at("acme.example.org", webhook("STOP", "d1")).status, 200);
  EXPECT_EQ(at("globex.example.org", webhook("STOP", "d2")).status, 404);
  EXPECT_EQ(at("example.org", webhook("STOP", "d3")).status, 404) << "there is no default tenant";
  const auto login =
      request("POST", "/api/v1/auth/login", "", R"({"email":"a@b.c","password":"x"})");
  EXPECT_EQ(code_of(at("example.org", login)), "tenant_required");
  EXPECT_EQ(code_of(at("acme.example.org", login)), "invalid_credentials");
}

/// Tenants that come and go beside the two.
class Lives : public Tenants {
protected:
  House& with_port() {
    auto& opened = several();
    opened.tenants = &port;
    port.followed = [this, &opened] {
      auto options = *opened.live->now();
      const TenantId fresh("initech");
      if (contains(options.tenants, fresh))
        return;
      options.tenants.push_back(fresh);
      options.recorded.insert(fresh);
      auto source = options.sources.front();
      source.tenant = fresh;
      options.sources.push_back(source);
      opened.live->set(std::move(options));
    };
    opened.open();
    return opened;
  }
  /// As the service does once the time of a deleted one is over.
  void end(House& house) const {
    house.put(events::admin_stream(), events::TenantEnded{TenantId("initech"), 0},
              {events::access_tag()}, events::installation_tenant());
    house.change = [change = house.change](GatewayOptions& options) {
      change(options);
      options.ended.insert(TenantId("initech"));
    };
    port.followed = {};
    house.open();
  }
  Reply create(std::string_view body) const {
    return connect().ask(request("POST", "/api/v1/tenants", "", body));
  }
  Reply show(std::string_view id = "initech") const {
    return get("/api/v1/tenants/" + std::string(id));
  }
  mutable SetTenants port;
  static constexpr std::string_view initech =
      R"({"id":"initech","name":"Initech Ltd.","settings":{"public_page":false,"connectors":[{"name":"a\"b"}]},"reason":"new"})";
};

TEST_F(Lives, BeginWithTheirSettingsAndTakeWebhooksAtOnce) {
  auto& house = with_port();
  const auto to_initech = [&] {
    auto bytes = webhook("STOP", "d1");
    bytes.replace(bytes.find("/webhooks"), 9, "/t/initech/webhooks");
    return house.ask(bytes).status;
  };
  EXPECT_EQ(to_initech(), 404);
  const auto made = create(initech);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(body_of(made)["status"], "active");
  EXPECT_EQ(to_initech(), 200);
  EXPECT_EQ(house.ask(webhook("STOP", "d2", "/t/acme/webhooks/crm")).status, 200)
      << "the others work";
  const auto shown = body_of(show());
  EXPECT_EQ(shown["name"], "Initech Ltd.");
  EXPECT_EQ(shown["source"], "log");
  EXPECT_EQ(shown["connectors"], json::parse(R"(["crm"])"));
  EXPECT_EQ(shown["settings"],
            "\"public_page\" = false\n\"connectors\" = [{\"name\" = \"a\\\"b\"}]\n");
  EXPECT_EQ(body_of(show("acme"))["source"], "file");
  EXPECT_EQ(body_of(show("acme"))["settings"], nullptr);
  EXPECT_THAT(house.get("/metrics", "").body,
              HasSubstr(R"({tenant="initech",connector="crm",outcome="accepted"} 1)"));
}

TEST_F(Lives, AreRefusedWithEveryFaultAndUnderAnIdThatIsTaken) {
  with_port();
  const auto faulty = create(R"({"id":"initech","settings":"bad"})");
  EXPECT_EQ(code_of(faulty), "bad_settings");
  EXPECT_THAT(faulty.body, HasSubstr("it is not a name"));
  EXPECT_EQ(code_of(create(R"({"id":"initech","settings":7})")), "bad_settings");
  EXPECT_EQ(show().status, 404) << "nothing was stored";
  EXPECT_EQ(code_of(create(R"({"id":"acme","settings":""})")), "tenant_exists");
  EXPECT_EQ(create(initech).status, 201);
  EXPECT_EQ(code_of(create(initech)), "tenant_exists");
}

TEST_F(Lives, AreRenamedAndThoseOfTheFileAreNot) {
  with_port();
  create(initech);
  EXPECT_EQ(body_of(change("initech/rename", R"({"name":"Initrode"})"))["status"], "renamed");
  EXPECT_EQ(body_of(show())["name"], "Initrode");
  EXPECT_EQ(code_of(change("initech/rename", R"({"name":""})")), "bad_name");
  const auto refused = change("acme/rename", R"({"name":"Acme"})");
  EXPECT_EQ(code_of(refused), "stands_in_file");
  EXPECT_THAT(refused.body, HasSubstr("configuration file"));
  EXPECT_EQ(code_of(change("acme/delete")), "stands_in_file");
  EXPECT_EQ(code_of(change("hooli/rename", R"({"name":"H"})")), "not_found");
}

TEST_F(Lives, AreSuspendedOnceTheyAreDeletedAndUndeletedBeforeTheEnd) {
  with_port();
  create(initech);
  EXPECT_EQ(code_of(change("initech/delete", "{}")), "bad_reason");
  EXPECT_EQ(code_of(change("initech/delete", R"({"reason":"x","grace_days":-1})")),
            "bad_grace_days");
  EXPECT_EQ(code_of(change("initech/undelete")), "not_deleted");
  const auto done = body_of(change("initech/delete", R"({"reason":"they left","grace_days":7})"));
  EXPECT_EQ(done["status"], "deleting");
  EXPECT_EQ(done["ends_at"], "2026-09-28T14:13:20.000000Z");
  const auto shown = body_of(show());
  EXPECT_EQ(shown["status"], "deleting");
  EXPECT_EQ(shown["reason"], "they left");
  for (const auto* what : {"initech/delete", "initech/resume", "initech/suspend"})
    EXPECT_EQ(code_of(change(what)), "is_deleted") << what;
  EXPECT_EQ(body_of(change("initech/undelete"))["status"], "suspended");
  EXPECT_EQ(body_of(change("initech/resume"))["status"], "active");
}

TEST_F(Lives, EndWhileWhatIsRecordedStaysReadableToTheInstallation) {
  auto& house = with_port();
  create(initech);
  const auto token = [&](std::string_view body) {
    const auto made =
        connect().ask(request("POST", "/api/v1/tokens", "X-Tidemark-Tenant: initech\r\n", body));
    return body_of(made).value("token", "");
  };
  const auto own = token(R"({"name":"own","role":"admin","reason":"x"})");
  json ada{{"email", "ada@example.com"},
           {"role", "viewer"},
           {"password", "a long enough one"},
           {"reason", "a test"}};
  EXPECT_EQ(house.post("/api/v1/users", ada.dump(), own).status, 201);
  const auto auditor = token(R"({"name":"all","role":"auditor","installation":true,"reason":"x"})");
  const auto admin = token(R"({"name":"adm","role":"admin","installation":true,"reason":"x"})");
  EXPECT_EQ(house.get("/api/v1/contacts", own).status, 200);
  change("initech/delete");
  end(house);
  const auto refused = house.get("/api/v1/contacts", own);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "tenant_deleted");
  ada.erase("role");
  ada.erase("reason");
  const auto login =
      house.ask(request("POST", "/api/v1/auth/login", "X-Tenant-ID: initech\r\n", ada.dump()));
  EXPECT_EQ(code_of(login), "tenant_deleted") << login.body;
  const auto as = [&](const std::string& bearer, std::string_view method, std::string_view path,
                      std::string_view body = "") {
    return house.ask(request(
        method, path, "X-Tenant-ID: initech\r\nAuthorization: Bearer " + bearer + "\r\n", body));
  };
  EXPECT_EQ(as(auditor, "GET", "/api/v1/contacts").status, 200);
  EXPECT_EQ(as(auditor, "GET", "/api/v1/opt-outs").status, 200);
  EXPECT_EQ(as(admin, "POST", "/api/v1/connectors/crm/pause", R"({"reason":"x"})").status, 403);
  EXPECT_EQ(body_of(show())["status"], "deleted");
  for (const auto* what : {"initech/undelete", "initech/resume", "initech/delete"})
    EXPECT_EQ(code_of(change(what)), "tenant_deleted") << what;
  EXPECT_EQ(code_of(create(initech)), "tenant_deleted") << "an id is never used again";
}

TEST_F(Lives, AreOfTheInstallationAlone) {
  auto& house = with_port();
  EXPECT_EQ(code_of(house.post("/api/v1/tenants", initech, admin_token)),
            "installation_token_needed");
  for (const auto* what : {"rename", "delete", "undelete"})
    EXPECT_EQ(code_of(house.post("/api/v1/tenants/acme/" + std::string(what), R"({"reason":"x"})",
                                 admin_token)),
              "installation_token_needed");
}

TEST_F(Lives, LeaveTheBarePathToTheOneOfTheFile) {
  auto& house = this->house([](auto& o) { o.bare_tenant = TenantId("acme"); });
  house.tenants = &port;
  port.followed = [&] {
    auto options = *house.live->now();
    options.tenants.emplace_back("initech");
    house.live->set(std::move(options));
  };
  house.open();
  create(initech);
  EXPECT_EQ(house.ask(webhook("STOP", "d1")).status, 200);
}

} // namespace
} // namespace tidemark::gateway::test::tenants_test
