#include "base/contains.hpp"
#include "base/text/phone.hpp"
#include "sandbox/world/aloware/aloware.hpp"

namespace tidemark::sandbox {
namespace {

constexpr long owner = 501;

HttpReply message(unsigned status, const char* text) {
  return json_reply(status, {{"message", text}});
}

HttpReply invalid(const char* field, const char* text) {
  return json_reply(422, {{"message", "The given data was invalid."},
                          {"errors", {{field, Json::array({text})}}}});
}

bool is_true(const Json& body, const char* member) {
  return body.value(member, Json(false)) == true;
}

} // namespace

void Aloware::note_send(const std::string& id, const char* channel, const std::string& text,
                        const char* blocked) {
  world_.note({.system = "aloware",
               .channel = channel,
               .person = text_of(*book_.find(id), "phone_number"),
               .text = text,
               .blocked = blocked});
}

std::string Aloware::contact_in(const Json& body, const char* phone) const {
  for (const char* member : {"contact_id", "id"}) {
    const auto found = body.find(member);
    if (found == body.end())
      continue;
    const auto id = found->is_string() ? found->get<std::string>() : found->dump();
    return book_.find(id) == nullptr ? "" : id;
  }
  const auto number = to_e164(text_of(body, phone), "US");
  const auto ids = number ? book_.with_phone(*number) : std::vector<std::string>{};
  return ids.empty() ? "" : ids.front();
}

void Aloware::steer(const Json& body, const std::string& id) {
  if (is_true(body, "add_to_powerdialer")) { // a repetition queues twice
    lists_.queue(number_of(body, "user_id", owner), id);
    note_send(id, "powerdialer", "");
  }
  if (const auto user = number_of(body, "user_id", 0); user != 0)
    lists_.mark(id, "owner_id", user);
  if (const auto sequence = number_of(body, "sequence_id", 0); sequence != 0)
    if (lists_.enroll(sequence, id, is_true(body, "force_update_sequence")))
      note_send(id, "sequence", std::to_string(sequence));
  if (const auto tag = number_of(body, "tag_id", 0); tag != 0)
    lists_.mark(id, "tag_id", tag);
  const auto status = number_of(body, "disposition_status_id", 0);
  if (status == 0)
    return;
  lists_.mark(id, "disposition_status_id", status);
  Json told = aloware_contact(*book_.find(id));
  told["disposition_status_id"] = status;
  told["disposition_status"] = "Status " + std::to_string(status);
  send_out({{"event", "Contact-Disposed"}, {"body", std::move(told)}}, "aloware/" + id, By::api);
}

HttpReply Aloware::send_text(const Json& body, Received& entry) {
  const auto to = to_e164(text_of(body, "to"), "US");
  if (!to)
    return invalid("to", "The to field is required.");
  if (text_of(body, "message").empty() && text_of(body, "image_url").empty())
    return invalid("message", "The message field is required.");
  if (!body.contains("line_id") && text_of(body, "from").empty())
    return invalid("line_id", "The line id field is required when from is not present.");
  const auto ids = book_.with_phone(*to);
  const auto id =
      ids.empty()
          ? std::to_string(store_new({{"phone_number", *to}}, By::api)["id"].get<std::uint64_t>())
          : ids.front();
  // text_authorized is not looked at; after a STOP the carrier takes nothing for this number.
  const bool opted_out = (*book_.find(id))["is_opted_out"] == true;
  note_send(id, "sms", text_of(body, "message"), opted_out ? "opted_out" : "");
  entry.outcome = "accepted";
  entry.contact = id;
  const auto& wanted = world_.settings.aloware_sms;
  if (wanted != "none") {
    Communication text;
    read_communication({{"text", body.value("message", Json(""))},
                        {"outcome", opted_out ? "invalid" : wanted},
                        {"user_id", body.value("user_id", Json(owner))},
                        {"campaign_id", body.value("line_id", Json(3001))}},
                       true, text);
    text.id = ids_.number(90'000'000);
    text.contact = id;
    text.begun = world_.now().time_since_epoch().count();
    tell(text, "disposition", By::api);
  }
  return message(202, "Message sent."); // accepted, not sent, and no id
}

HttpReply Aloware::ring(const Json& body, Received& entry) {
  if (!body.contains("user_id") && !body.contains("ring_group_id"))
    return invalid("user_id", "The user id field is required when ring group id is not present.");
  if (body.contains("user_id") && number_of(body, "user_id", 0) != owner)
    return invalid("user", "There are no available inbox users.");
  const auto id = contact_in(body, "contact_phone_number");
  if (id.empty())
    return invalid("contact_id", "The selected contact id is invalid.");
  note_send(id, "call", "");
  entry.outcome = "accepted";
  entry.contact = id;
  return message(202, "Two legged call established.");
}

HttpReply Aloware::change_sequence(const Json& body, bool enroll, Received& entry) {
  static constexpr auto sources =
      words("phone_number", "aloware", "hubspot", "zoho", "guesty", "pipedrive");
  const auto source = text_of(body, "source");
  const auto sequence = number_of(body, "sequence_id", 0);
  if ((sequence == 0 && enroll) || !contains(sources, source))
    return message(400, "The sequence or the source is invalid.");
  Json named = Json::object(); // ids of other systems are known to nobody here
  if (source == "phone_number")
    named["phone_number"] = body.value("phone_number", Json());
  else if (source == "aloware")
    named["id"] = body.value("id", Json());
  const auto id = contact_in(named, "phone_number");
  if (id.empty())
    return message(400, "Contact not found.");
  entry.contact = id;
  if (!enroll && sequence == 0) { // out of all of them, as DF-Middleware asks for
    lists_.disenroll_all(id);
    entry.outcome = "removed";
    return message(200, "Contact disenrolled.");
  }
  if (!enroll) {
    if (!lists_.disenroll(sequence, id))
      return message(400, "Contact is not enrolled in the sequence.");
    entry.outcome = "removed";
    return message(200, "Contact disenrolled.");
  }
  if (!lists_.enroll(sequence, id, is_true(body, "force_enroll")))
    return message(400, "Contact is already enrolled in a sequence.");
  note_send(id, "sequence", std::to_string(sequence));
  entry.outcome = "added";
  return message(200, "Contact enrolled.");
}

/// DF-Middleware's call; the vendor documents none.
HttpReply Aloware::add_to_list(const Json& body, Received& entry) {
  const auto list = number_of(body, "list_id", 0);
  const auto ids = body.value("contact_ids", Json::array());
  if (!lists_.is_named(list))
    return message(404, "The requested list id does not exist.");
  for (const auto& one : ids) {
    const auto id = contact_in({{"id", one}}, "");
    if (id.empty())
      return message(404, "The requested contact id does not exist.");
    lists_.queue(list, id);
    note_send(id, "powerdialer", "");
    entry.contact = id;
  }
  entry.outcome = "added";
  return message(200, "Contacts added.");
}

HttpReply Aloware::change_lists(std::string_view path, const Json& body, Received& entry) {
  if (path == "/powerdialer-remove-contact-from-lists") {
    const auto id = contact_in(body, "");
    if (id.empty())
      return message(404, "The requested contact id does not exist.");
    entry.contact = id;
    entry.outcome = lists_.unqueue(id) ? "removed" : "unchanged";
    return message(200, "Contact removed from lists.");
  }
  if (path == "/powerdialer-add-contact-to-lists" && world_.settings.aloware_list_calls)
    return add_to_list(body, entry);
  if (path != "/powerdialer-clear-list")
    return html_page();
  if (!lists_.empty_list(number_of(body, "list_id", 0)))
    return message(404, "The requested list id does not exist.");
  entry.outcome = "removed";
  return message(200, "List cleared.");
}

} // namespace tidemark::sandbox
