#include "gateway/openapi/document.hpp"

#include "base/contains.hpp"
#include "base/text/split.hpp"
#include "gateway/api/json.hpp"
#include "gateway/openapi/words.hpp"

#include <map>

namespace tidemark::gateway {
namespace {

/// `{"$ref": "#/components/schemas/NAME"}`.
Json reference(std::string_view where, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(where) + "/" + std::string(name)}};
}

/// Collects the schemas that an answer leads to.
class Schemas {
public:
  Json form_of(const Member& member);
  /// A page of a list has no name of its own.
  Json form_of(const Schema& schema);
  Json all() { return std::move(all_); }

private:
  Json object_of(const Schema& schema);
  Json single(const Member& member);

  Json all_ = Json::object();
};

Json Schemas::single(const Member& member) {
  switch (member.type) {
  case MemberType::text:
    return {{"type", "string"}};
  case MemberType::time:
    return {{"type", "string"}, {"format", "date-time"}};
  case MemberType::integer:
    return {{"type", "integer"}};
  case MemberType::number:
    return {{"type", "number"}};
  case MemberType::boolean:
    return {{"type", "boolean"}};
  case MemberType::object:
    return form_of(*member.of);
  case MemberType::map:
    return {{"type", "object"},
            {"additionalProperties", member.of ? form_of(*member.of) : Json{{"type", "string"}}}};
  case MemberType::any:
  case MemberType::none:
    break;
  }
  return Json::object();
}

Json Schemas::form_of(const Member& member) {
  auto out = single(member);
  if (member.is_list)
    out = {{"type", "array"}, {"items", std::move(out)}};
  if (!member.nullable)
    return out;
  if (out.contains("type"))
    out["type"] = Json::array({out["type"], "null"});
  else if (!out.empty())
    out = {{"anyOf", Json::array({std::move(out), {{"type", "null"}}})}};
  return out;
}

Json Schemas::object_of(const Schema& schema) {
  Json members = Json::object(), required = Json::array();
  for (const auto& member : schema.members) {
    if (member.type == MemberType::none)
      break;
    members[std::string(member.name)] = form_of(member);
    if (!member.optional)
      required.push_back(member.name);
  }
  return {{"type", "object"},
          {"properties", std::move(members)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json Schemas::form_of(const Schema& schema) {
  if (schema.name == "page")
    return object_of(schema);
  const std::string name(schema.name);
  if (!all_.contains(name)) {
    all_[name] = nullptr; // one that leads to itself ends here
    all_[name] = object_of(schema);
  }
  return reference("schemas", name);
}

std::vector<std::string_view> names_in_path(std::string_view path) {
  std::vector<std::string_view> out;
  for (auto at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    out.push_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return out;
}

class DocumentWriter {
public:
  Json write(Routes routes, std::string_view version);

private:
  Json operation(const Route& route);
  Json parameters(const Route& route, const RouteText* text);
  Json parameter(std::string_view name, std::string_view in, bool required);
  Json body(const Route& route, const RouteText* text);
  Json answers(const Route& route);

  Schemas schemas_;
  std::map<std::string, int> ids_;
};

Json DocumentWriter::parameter(std::string_view name, std::string_view in, bool required) {
  Json out{{"name", name}, {"in", in}, {"required", required}};
  if (const auto* word = word_of(name)) {
    out["description"] = word->says;
    out["schema"] = schemas_.form_of(word->form);
  }
  return out;
}

Json DocumentWriter::parameters(const Route& route, const RouteText* text) {
  auto out = Json::array();
  for (const auto name : names_in_path(route.path))
    out.push_back(parameter(name, "path", true));
  for (const auto name : split(route.parameters, " "))
    out.push_back(parameter(name, "query", text && has_word(text->needs, name)));
  if (route.right != Right::none && !route.installation)
    out.push_back(reference("parameters", "tenant"));
  return out;
}

Json DocumentWriter::body(const Route& route, const RouteText* text) {
  if (route.is_webhook() || route.name == "webhook_test")
    return {{"description", "what the system sends; its signature is over these bytes"},
            {"required", true},
            {"content", {{"*/*", Json::object()}}}};
  Json members = Json::object(), required = Json::array();
  for (const auto name : split(route.members, " ")) {
    const auto* word = word_of(name);
    auto form = word ? schemas_.form_of(word->form) : Json::object();
    if (word)
      form["description"] = word->says;
    members[std::string(name)] = std::move(form);
    if (text && has_word(text->needs, name))
      required.push_back(name);
  }
  Json schema{{"type", "object"}, {"properties", std::move(members)}};
  const bool needed = !required.empty();
  if (needed)
    schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return {{"required", needed}, {"content", {{"application/json", {{"schema", schema}}}}}};
}

Json DocumentWriter::answers(const Route& route) {
  Json out = Json::object();
  Json good{{"description", "as asked"}};
  if (route.answer)
    good["content"]["application/json"]["schema"] = schemas_.form_of(*route.answer);
  else if (route.name == "metrics")
    good["content"]["text/plain"]["schema"] = {{"type", "string"}};
  else if (route.name == "event_stream")
    good["content"]["text/event-stream"]["schema"] = {{"type", "string"}};
  else if (route.name == "api_docs")
    good["content"]["text/html"]["schema"] = {{"type", "string"}};
  else
    good["content"]["application/json"]["schema"] = {{"type", "object"}};
  out[std::to_string(route.status)] = std::move(good);
  if (route.name == "health_ready")
    out["503"] = out["200"];
  out["default"] = reference("responses", "problem");
  return out;
}

Json DocumentWriter::operation(const Route& route) {
  const auto* text = text_of_route(route.name);
  std::string id(route.name);
  if (const auto count = ++ids_[id]; count > 1)
    id += "_" + std::to_string(count);
  Json out{{"operationId", std::move(id)}, {"summary", text ? text->says : ""}};
  if (route.right != Right::none && route.right != Right::known)
    out["x-roles"] = domain::roles_with(route.right);
  if (route.installation)
    out["x-installation-token"] = true;
  out["parameters"] = parameters(route, text);
  if (route.method != "GET" && (!route.members.empty() || route.right == Right::none))
    out["requestBody"] = body(route, text);
  out["responses"] = answers(route);
  if (route.right == Right::none)
    out["security"] = Json::array();
  return out;
}

/// What every answer to something that went wrong looks like (gateway/http/answer.hpp).
Json problem_form() {
  const Json word{{"type", "string"}};
  const Json error{{"type", "object"},
                   {"properties",
                    {{"code", word},
                     {"message", word},
                     {"details", {{"type", "object"}}},
                     {"request_id", word},
                     {"timestamp", {{"type", "string"}, {"format", "date-time"}}}}},
                   {"required", {"code", "message", "details", "request_id", "timestamp"}},
                   {"additionalProperties", false}};
  return {{"type", "object"},
          {"properties", {{"error", error}}},
          {"required", Json::array({"error"})},
          {"additionalProperties", false}};
}

Json DocumentWriter::write(Routes routes, std::string_view version) {
  Json paths = Json::object();
  for (const auto& route : routes) {
    if (!is_described(route))
      continue;
    const auto* method = route.method == "GET" ? "get" : route.method == "PUT" ? "put" : "post";
    paths[std::string(route.path)][method] = operation(route);
  }
  auto schemas = schemas_.all();
  schemas["problem"] = problem_form();
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Tidemark"},
        {"version", version},
        {"summary", "Keeps contact systems in step, and can prove what it did."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", Json::array({{{"url", "../.."}}})},
      {"security", Json::array({{{"bearer", Json::array()}}, {{"api_key", Json::array()}}})},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(schemas)},
        {"parameters",
         {{"tenant",
           {{"name", "X-Tenant-ID"},
            {"in", "header"},
            {"description", "the tenant, needed with a token of the installation where there are "
                            "several"},
            {"schema", {{"type", "string"}}}}}}},
        {"responses",
         {{"problem",
           {{"description", "what is wrong, and what to do"},
            {"content", {{"application/json", {{"schema", reference("schemas", "problem")}}}}}}}}},
        {"securitySchemes",
         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
          {"api_key", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-API-Key"}}}}}}},
  };
}

} // namespace

bool is_described(const Route& route) {
  constexpr auto for_people = words("page", "console", "console_file");
  return route.right != Right::local && !contains(for_people, route.name);
}

Json openapi_document(Routes routes, std::string_view version) {
  return DocumentWriter().write(routes, version);
}

} // namespace tidemark::gateway
