#include "app/demo/changes.hpp"

namespace tidemark::demo {
namespace {

using enum System;
using enum Ending;

// Numbers of this kind belong to nobody (555-01xx).
constexpr const char* ada = "+13125550142";
constexpr const char* bruno = "+13125550143";
constexpr const char* chiyo = "+13125550144";
constexpr const char* texter = "+13125550145";
constexpr const char* dag = "+13125550146";

/// What is typed in when a contact is added.
Fields person(const char* first, const char* last, const char* phone, Fields more) {
  more.insert({{"first_name", first}, {"last_name", last}, {"phone", phone}});
  return more;
}

} // namespace

std::vector<Change> changes() {
  return {
      {"GoHighLevel: Ada Lindqvist is added",
       "Created in Aloware and the generic CRM. Verity keeps no contacts of its own; it gets the "
       "webhook forwarded as it came.",
       gohighlevel,
       ada,
       person("Ada", "Lindqvist", ada, {{"email", "ada@example.com"}, {"company", "Birch Clinic"}}),
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Aloware: Bruno Okafor is added",
       "Verity takes nothing but GoHighLevel's own webhooks: it gets the one about our write "
       "there.",
       aloware,
       bruno,
       person("Bruno", "Okafor", bruno, {{"email", "bruno@example.com"}}),
       {{gohighlevel, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Generic CRM: Chiyo Tanaka is added",
       "A system that nobody wrote a connector for: signed Standard Webhooks, both ways.",
       generic,
       chiyo,
       person("Chiyo", "Tanaka", chiyo, {{"email", "chiyo@example.com"}}),
       {{gohighlevel, arrives}, {aloware, arrives}, {verity, arrives}}},
      {"Verity: an unknown person texts",
       "The sender becomes a contact everywhere, with the phone number as all that is known.",
       verity,
       texter,
       {{"phone", texter}},
       {{gohighlevel, arrives}, {aloware, arrives}, {generic, arrives}}},
      {"GoHighLevel: Bruno Okafor, born in Aloware, gets a company",
       "GoHighLevel's webhook is forwarded, as every one about a contact is.",
       gohighlevel,
       bruno,
       {{"company", "Okafor Dental"}},
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Aloware: Ada Lindqvist marries and is called Ada Berg",
       "",
       aloware,
       ada,
       {{"last_name", "Berg"}},
       {{gohighlevel, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Generic CRM: Ada Berg gets a new e-mail address",
       "",
       generic,
       ada,
       {{"email", "ada.berg@example.com"}},
       {{gohighlevel, arrives}, {aloware, arrives}, {verity, arrives}}},
      {"GoHighLevel and the generic CRM: both change Chiyo's company",
       "The generic CRM is down when the change comes (503). Before we try again, somebody there "
       "changes the same field. Both edited the same value: a conflict, decided by the configured "
       "precedence, never by clocks. The winner is delivered when the CRM is back.",
       gohighlevel,
       chiyo,
       {{"company", "Alder Clinic"}},
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}},
       Rival{generic, {{"company", "Cedar Clinic"}}}},
      {"GoHighLevel: Dag Moe is added, marked \"do not disturb\"",
       "A contact with an opt-out sign is known to the engine and goes nowhere else, but for the "
       "body that shows the sign: Verity gets it, or it might text him.",
       gohighlevel,
       dag,
       person("Dag", "Moe", dag, {{"dnd", "true"}}),
       {{aloware, blocked}, {generic, blocked}, {verity, arrives}}}};
}

} // namespace tidemark::demo
