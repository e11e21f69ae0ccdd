#include "sandbox/world/gohighlevel/gohighlevel_message_kinds.hpp"

#include "base/contains.hpp"
#include "base/text/phone.hpp"

#include <algorithm>

namespace tidemark::sandbox {
namespace {

const MessageKind sms{2, "TYPE_SMS", "SMS", "SMS", "phone", "sms"};
const MessageKind mail{3, "TYPE_EMAIL", "Email", "Email", "email", "email"};
const MessageKind call{1, "TYPE_CALL", "CALL", "Call", "phone", "call"};
const MessageKind whatsapp{0, "TYPE_WHATSAPP", "WhatsApp", "WhatsApp", "phone", "whatsapp"};
const MessageKind rcs{0, "TYPE_RCS", "RCS", "RCS", "phone", "sms"};
const MessageKind facebook{0, "TYPE_FACEBOOK", "FB", "FB", "id", "chat"};
const MessageKind instagram{0, "TYPE_INSTAGRAM", "IG", "", "id", "chat"};
const MessageKind gmb{0, "TYPE_GMB", "GMB", "GMB", "id", "chat"};
const MessageKind chat{0, "TYPE_LIVE_CHAT", "Live_Chat", "", "id", "chat"};
const MessageKind tiktok{0, "TYPE_TIKTOK", "TIKTOK", "", "id", "chat"};
const MessageKind custom{0, "TYPE_CUSTOM_EMAIL", "Custom", "Email", "email", "email"};

} // namespace

const KindList& sent_kinds() {
  static const KindList list{{"SMS", sms},           {"RCS", rcs},        {"Email", mail},
                             {"WhatsApp", whatsapp}, {"IG", instagram},   {"FB", facebook},
                             {"Custom", custom},     {"Live_Chat", chat}, {"TIKTOK", tiktok}};
  return list;
}

const KindList& logged_kinds() {
  static const KindList list{{"SMS", sms},       {"Email", mail},     {"WhatsApp", whatsapp},
                             {"GMB", gmb},       {"IG", instagram},   {"FB", facebook},
                             {"Custom", custom}, {"Live_Chat", chat}, {"Call", call}};
  return list;
}

bool is_status(std::string_view status) {
  return status == "delivered" || status == "failed" || status == "pending" || status == "read";
}

int rank_of_status(std::string_view status) {
  static constexpr auto order = words("pending", "queued", "sent", "delivered", "read", "failed");
  return static_cast<int>(std::ranges::find(order, status) - order.begin());
}

std::optional<HttpReply> refuse_call(GhlOffice& office, const Json& body,
                                     const std::string& contact, const char* side) {
  static constexpr auto statuses = words("pending", "completed", "answered", "busy", "no-answer",
                                         "failed", "canceled", "voicemail");
  const Json held = body.value("call", Json());
  if (!held.is_object())
    return office.unprocessable(Json::array({"call should not be empty"}));
  Json faults = Json::array();
  for (const char* member : {"to", "from"})
    if (text_of(held, member).empty())
      faults.push_back(std::string("call.") + member + " must be a string");
  if (!contains(statuses, text_of(held, "status")))
    faults.push_back("call.status must be a valid enum value");
  if (!faults.empty())
    return office.unprocessable(std::move(faults));
  const auto number = text_of(held, side);
  const auto known = text_of(*office.book.find(contact), "phone");
  if (to_e164(number, "US").value_or(number) != known)
    return office.refusal(400, std::string("No contact found with number in call.") + side);
  return std::nullopt;
}

std::string call_status(const Json& held, bool inbound) {
  const auto status = text_of(held, "status");
  return status == "voicemail" && !inbound ? "completed" : status;
}

void add_call(Json& fields, const Json& held) {
  fields["meta"] = {{"call", {{"status", held["status"]}}}};
  fields["from"] = held["from"];
  fields["to"] = held["to"];
  fields.erase("body");
}

} // namespace tidemark::sandbox
