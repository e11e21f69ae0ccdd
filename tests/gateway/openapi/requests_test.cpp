#include "base/text/split.hpp"
#include "gateway/dispatch.hpp"
#include "gateway/openapi/document.hpp"
#include "gateway/openapi/words.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

/// Requests made from the table of routes, right ones and ones with a single part wrong: whatever
/// comes, the answer is the envelope of docs/api.md, names the part, and is no fault of ours.
namespace tidemark::gateway::test::requests_test {
namespace {

/// Of the form that the document tells; most name nothing that is there.
Json right_value(const Word& word) {
  const auto& form = word.form;
  if (form.is_list)
    return Json::array();
  switch (form.type) {
  case MemberType::integer:
    return 1;
  case MemberType::number:
    return 1.5;
  case MemberType::boolean:
    return false;
  case MemberType::time:
    return "2030-01-01T00:00:00Z";
  case MemberType::text:
    return form.name == "phone" || form.name == "address" ? "+12025550142" : "word";
  default:
    return Json::object();
  }
}

/// Of another form than the document tells.
Json wrong_value(const Word& word) {
  return word.form.type == MemberType::text && !word.form.is_list ? Json(7) : Json("no such thing");
}

std::string in_query(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string filled(std::string_view path) {
  std::string out(path);
  for (auto from = out.find('{'); from != std::string::npos; from = out.find('{'))
    out.replace(from, out.find('}') - from + 1, "1");
  return out;
}

class Asker {
public:
  /// `wrong`: the part that is, "" none.
  void ask(const Route& route, std::string_view wrong);
  int refused = 0; ///< with a part that they name

private:
  Reply answer(const Route& route, const std::string& target, const Json& body) const {
    return house_.ask(request(route.method, target,
                              "Authorization: Bearer " + std::string(admin_token) + "\r\n",
                              route.method == "GET" ? "" : body.dump()));
  }
  House house_{[](GatewayOptions& options) { options.limits.requests_per_minute = 1'000'000; }};
};

void Asker::ask(const Route& route, std::string_view wrong) {
  auto target = filled(route.path);
  auto between = '?';
  for (const auto name : split(route.parameters, " ")) {
    const auto* word = word_of(name);
    if (name != wrong && !has_word(text_of_route(route.name)->needs, name))
      continue; // most exclude each other
    const auto value = name == wrong ? wrong_value(*word) : right_value(*word);
    std::string text = in_query(value);
    std::ranges::replace(text, ' ', '_');
    target += between + std::string(name) + "=" + text;
    between = '&';
  }
  Json body = Json::object();
  for (const auto name : split(route.members, " "))
    body[std::string(name)] =
        name == wrong ? wrong_value(*word_of(name)) : right_value(*word_of(name));
  if (wrong == "unheard_of")
    (route.method == "GET" ? void(target += between + std::string(wrong) + "=1")
                           : void(body[std::string(wrong)] = 1));
  const auto reply = answer(route, target, body);
  const auto what = std::string(route.method) + " " + target + " " + body.dump() + ": "
                    + std::to_string(reply.status) + " " + reply.body;
  ASSERT_TRUE(reply.status < 500 || reply.status == 503) << what;
  if (reply.status < 400)
    return;
  const auto error = Json::parse(reply.body)["error"];
  for (const auto* member : {"code", "message", "details", "request_id", "timestamp"})
    ASSERT_TRUE(error.contains(member)) << what;
  if (reply.status != 400 || !error["details"].contains("field"))
    return;
  ++refused;
  if (wrong == "unheard_of") {
    EXPECT_EQ(error["details"]["field"], wrong) << what;
  }
}

TEST(Requests, OfAnyFormAreAnsweredAndTheWrongPartIsNamed) {
  Asker asker;
  int asked = 0;
  for (const auto& route : routes()) {
    if (!is_described(route) || route.is_webhook() || !route.path.starts_with("/api/"))
      continue;
    asker.ask(route, "");
    for (const auto names : {route.parameters, route.members})
      for (const auto name : split(names, " "))
        asker.ask(route, name), ++asked;
    if (route.right != Right::none)
      asker.ask(route, "unheard_of"), ++asked;
  }
  EXPECT_GT(asked, 200);
  EXPECT_GT(asker.refused, 100);
}

TEST(Requests, NameTheOnePartThatIsWrong) {
  const House house;
  const auto field_of = [](const Reply& reply) {
    const auto details = Json::parse(reply.body)["error"]["details"];
    return details.contains("field") ? details["field"].get<std::string>() : std::string();
  };
  EXPECT_EQ(field_of(house.get("/api/v1/contacts?limit=1000")), "limit");
  EXPECT_EQ(field_of(house.get("/api/v1/events?after=x")), "after");
  EXPECT_EQ(field_of(house.get("/api/v1/events/x")), "position");
  EXPECT_EQ(field_of(house.get("/api/v1/contacts?fone=1")), "fone");
  EXPECT_EQ(field_of(house.post("/api/v1/stop-all", "{}")), "reason");
  EXPECT_EQ(field_of(house.post("/api/v1/stop-all", R"({"reason":"r","until":"x"})")), "until");
  EXPECT_EQ(field_of(house.post("/api/v1/stop-all", R"({"resaon":"r"})")), "resaon");
  EXPECT_EQ(field_of(house.post("/api/v1/stop-all", "no JSON")), "") << "all of it is wrong";
}

} // namespace
} // namespace tidemark::gateway::test::requests_test
