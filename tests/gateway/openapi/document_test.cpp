#include "base/text/split.hpp"
#include "gateway/dispatch.hpp"
#include "gateway/openapi/document.hpp"
#include "gateway/openapi/words.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace tidemark::gateway::test::openapi_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Route> described() {
  std::vector<Route> out;
  for (const auto& route : routes())
    if (is_described(route))
      out.push_back(route);
  return out;
}

Json document() {
  return openapi_document(routes(), "1.2.3");
}

TEST(ApiDocument, HasWordsForEveryRouteAndName) {
  std::set<std::string> missing;
  for (const auto& route : described()) {
    const auto* text = text_of_route(route.name);
    if (!text || text->says.empty())
      missing.insert("route " + std::string(route.name));
    for (const auto names : {route.parameters, route.members})
      for (const auto name : split(names, " "))
        if (!word_of(name))
          missing.insert(std::string(name));
    for (const auto needed : split(text ? text->needs : "", " "))
      EXPECT_TRUE(has_word(route.parameters, needed) || has_word(route.members, needed))
          << route.name << " does not take " << needed;
  }
  const auto text = document();
  for (const auto& [path, ways] : text["paths"].items())
    for (const auto& [method, way] : ways.items())
      for (const auto& parameter : way["parameters"])
        if (!parameter.contains("$ref") && !parameter.contains("schema"))
          missing.insert(parameter["name"]);
  EXPECT_THAT(missing, IsEmpty()) << "add them to gateway/openapi/words.cpp";
}

TEST(ApiDocument, TellsEveryWayThatIsNotOfThisMachine) {
  const auto paths = document()["paths"];
  std::size_t told = 0;
  for (const auto& [path, ways] : paths.items())
    told += ways.size();
  EXPECT_EQ(told, described().size());
  EXPECT_FALSE(paths.contains("/api/v1/status")) << "of this machine's programs";
  const auto& pause = paths["/api/v1/connectors/{name}/pause"]["post"];
  EXPECT_EQ(pause["x-roles"], Json({"operator", "admin"}));
  EXPECT_EQ(pause["requestBody"]["content"]["application/json"]["schema"]["required"],
            Json({"reason"}));
  EXPECT_EQ(paths["/api/v1/connectors/{name}/pause"]["put"]["requestBody"], pause["requestBody"]);
  EXPECT_EQ(paths["/health"]["get"]["security"], Json::array());
}

void collect(const Schema& schema, std::map<std::string, const Schema*>& all) {
  if (schema.name != "page") {
    const auto [found, is_new] = all.emplace(schema.name, &schema);
    ASSERT_TRUE(is_new || found->second == &schema) << schema.name << " names two schemas";
    if (!is_new)
      return;
  }
  for (const auto& member : schema.members)
    if (member.of)
      collect(*member.of, all);
}

TEST(ApiDocument, HasASchemaUnderEachNameAndNothingThatLeadsNowhere) {
  std::map<std::string, const Schema*> all;
  for (const auto& route : described())
    if (route.answer)
      collect(*route.answer, all);
  const auto whole = document();
  const auto& schemas = whole["components"]["schemas"];
  EXPECT_EQ(schemas.size(), all.size() + 1) << "and the problem";
  for (const auto& [name, schema] : all)
    EXPECT_TRUE(schemas.contains(name)) << name;
  const auto text = whole.dump();
  for (auto at = text.find("#/components/"); at != std::string::npos;
       at = text.find("#/components/", at + 1)) {
    const auto pointer = text.substr(at + 1, text.find('"', at) - at - 1);
    EXPECT_TRUE(whole.contains(Json::json_pointer(pointer))) << pointer;
  }
}

TEST(ApiDocument, GivesEachOperationANameOfItsOwn) {
  std::set<std::string> names;
  const auto whole = document();
  for (const auto& [path, ways] : whole["paths"].items())
    for (const auto& [method, way] : ways.items())
      EXPECT_TRUE(names.insert(way["operationId"]).second) << way["operationId"];
}

TEST(ApiDocument, IsServedWithItsPageToAnybody) {
  const House house;
  const auto reply = house.get("/api/v1/openapi.json", "");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Json::parse(reply.body)["openapi"], "3.1.0");
  for (const auto* path : {"/api/v1/docs", "/api-docs"}) {
    const auto page = house.get(path, "");
    ASSERT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("GET /api/v1/contacts/{id}"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  }
  EXPECT_THAT(house.get("/api-docs", "").body, HasSubstr("href=\"api/v1/openapi.json\""));
}

} // namespace
} // namespace tidemark::gateway::test::openapi_test
