#include "sandbox/world/gohighlevel/gohighlevel_notes.hpp"

#include "base/contains.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

/// What is wrong with a note's body, in the vendor's words; an empty array when nothing is.
Json faults_of(const Json& body) {
  static constexpr auto known = words("body", "userId", "title", "color", "pinned");
  Json faults = Json::array();
  for (const auto& [name, value] : body.items())
    if (!contains(known, name))
      faults.push_back("property " + name + " should not exist");
  if (!body.contains("body") || !body["body"].is_string())
    faults.push_back("body must be a string");
  else if (text_of(body, "body").empty())
    faults.push_back("body should not be empty");
  return faults;
}

Json told(const Json& note) {
  return {{"id", note["id"]},
          {"body", note["body"]},
          {"contactId", note["contactId"]},
          {"dateAdded", note["dateAdded"]}};
}

} // namespace

HttpReply GhlNotes::answer(const HttpRequest& request, const std::string& contact,
                           const std::string& note, Received& entry) {
  entry.contact = contact;
  const bool writes = request.method == "POST" || request.method == "PUT";
  const auto body = writes ? parse_json(request.body) : Json::object();
  if (!body.is_object())
    return ghl_error(400, "Unexpected token in JSON body");
  if (auto faults = writes ? faults_of(body) : Json::array(); !faults.empty())
    return office_.unprocessable(std::move(faults));
  if (note.empty() && request.method == "POST")
    return add(body, contact, entry);
  if (note.empty())
    return request.method == "GET" ? list(contact) : ghl_no_route(request);
  const auto found = notes_.find(note);
  if (found == notes_.end() || found->second["contactId"] != contact)
    return office_.refusal(400, "Note with id " + note + " not found");
  if (request.method == "GET")
    return office_.with_trace(200, {{"note", found->second}});
  if (request.method == "DELETE") {
    office_.emit("NoteDelete", told(found->second), contact, By::api);
    notes_.erase(found);
    entry.outcome = "deleted";
    return office_.with_trace(200, {{"succeded", true}});
  }
  if (request.method != "PUT")
    return ghl_no_route(request);
  const Json before = found->second;
  found->second.update(body);
  entry.outcome = before == found->second ? "unchanged" : "updated";
  if (before != found->second)
    office_.emit("NoteUpdate", told(found->second), contact, By::api);
  return office_.with_trace(200, {{"note", found->second}});
}

HttpReply GhlNotes::add(const Json& body, const std::string& contact, Received& entry) {
  const auto id = office_.ids.twenty("NOT");
  Json note{{"id", id}};
  note.update(body);
  note["contactId"] = contact;
  note["dateAdded"] = millis_text(office_.world.now());
  office_.emit("NoteCreate", told(note), contact, By::api);
  notes_[id] = note;
  entry.outcome = "created";
  return office_.with_trace(201, {{"note", note}});
}

HttpReply GhlNotes::list(const std::string& contact) {
  Json list = Json::array();
  for (const auto& [id, note] : notes_)
    if (note["contactId"] == contact)
      list.push_back(note);
  return office_.with_trace(200, {{"notes", std::move(list)}});
}

Json GhlNotes::all() const {
  return values_of(notes_);
}

} // namespace tidemark::sandbox
