#include "base/text/phone.hpp"
#include "sandbox/world/aloware/aloware.hpp"
#include "sandbox/world/stop_words.hpp"

#include <algorithm>

namespace tidemark::sandbox {
std::optional<HttpReply> Aloware::play(std::string_view what, const Json& body) {
  if (what == "call" || what == "sms")
    return play_communication(body, what == "sms");
  if (what == "list")
    return put_on_list(body);
  return std::nullopt;
}

HttpReply Aloware::put_on_list(const Json& body) {
  if (const auto name = text_of(body, "name"); !name.empty()) // a person makes a list
    return json_reply(201, {{"list_id", lists_.make(name)}});
  const auto id = contact_in(body, "phone");
  const auto list = number_of(body, "list_id", 0);
  if (id.empty() || list == 0)
    return error_reply(400, "send {\"phone\":…,\"list_id\":…} of a contact that is there");
  lists_.queue(list, id);
  return json_reply(201, {{"queued", true}});
}

HttpReply Aloware::play_communication(const Json& body, bool is_text) {
  Communication made;
  const auto earlier =
      communications_.find(static_cast<std::uint64_t>(is_text ? 0 : number_of(body, "id", 0)));
  const bool goes_on = earlier != communications_.end();
  if (body.contains("id") && !goes_on)
    return error_reply(400, "no call was played with this id");
  if (goes_on) {
    made = earlier->second;
  } else if (const auto why = read_communication(body, is_text, made); !why.empty()) {
    return error_reply(400, why);
  } else {
    const auto phone = to_e164(text_of(body, "phone"), "US");
    made.contact = contact_in(body, "phone");
    if (made.contact.empty() && phone && !body.contains("contact_id"))
      made.contact = store_new({{"phone_number", *phone}}, By::person)["id"].dump();
    if (made.contact.empty())
      return error_reply(400, "send the phone of a person, or the contact_id of one that is there");
    made.id = ids_.number(90'000'000);
    const std::chrono::seconds length(is_text ? 0 : made.wait_time + made.talk_time);
    made.begun = (world_.now() - length).time_since_epoch().count();
  }
  if (book_.find(made.contact) == nullptr)
    return error_reply(400, "the contact is gone");
  const Json ordered = body.value("deliveries", Json(usual_deliveries(made)));
  const auto fits = [&](const Json& one) {
    return one.is_string() && can_have(made, one.get<std::string>());
  };
  if (!ordered.is_array() || !std::ranges::all_of(ordered, fits))
    return error_reply(400,
                       "deliveries are initiated, disposition, disposed and, of a completed call, "
                       "recording, transcription, summary; a text has disposition only");
  communications_[made.id] = made;
  if (is_text && made.inbound)
    receive_text(made, body);
  for (const auto& delivery : ordered)
    tell(made, delivery.get<std::string>(), By::person);
  if (is_text && made.inbound && is_stop_word(made.text))
    set_opted_out(made.contact, true);
  return json_reply(201, {{"id", made.id}, {"contact_id", made.contact}, {"deliveries", ordered}});
}

void Aloware::receive_text(const Communication& text, const Json& body) {
  const bool stop = is_stop_word(text.text);
  world_.note({.system = "aloware",
               .inbound = true,
               .person = text_of(*book_.find(text.contact), "phone_number"),
               .text = text.text,
               .stop = stop});
  const bool late = body.value("flag_late", Json(false)) == true;
  if (stop && !late)
    set_opted_out(text.contact, true);
  if (is_start_word(text.text))
    set_opted_out(text.contact, false);
}

void Aloware::set_opted_out(const std::string& id, bool opted_out) {
  Json contact = *book_.find(id);
  contact["is_opted_out"] = opted_out;
  book_.put(id, std::move(contact)); // told by the flag of the next bodies only
}

void Aloware::tell(const Communication& communication, const std::string& delivery, By by) {
  send_out(aloware_delivery(communication, delivery,
                            aloware_contact(*book_.find(communication.contact))),
           "aloware/communication/" + std::to_string(communication.id), by);
}

} // namespace tidemark::sandbox
