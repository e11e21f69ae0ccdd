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

std::vector<Change> additions() {
  return {
      {"GoHighLevel: Ada Lindqvist is added",
       "Created in Aloware and the generic CRM. Verity keeps no contacts of its own; it gets the "
       "webhook forwarded as it came.",
       gohighlevel,
       true,
       ada,
       {{"first_name", "Ada"},
        {"last_name", "Lindqvist"},
        {"phone", ada},
        {"email", "ada@example.com"},
        {"company", "Birch Clinic"}},
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Aloware: Bruno Okafor is added",
       "Verity takes nothing but GoHighLevel's own webhooks, so it is left out, and the log says "
       "why.",
       aloware,
       true,
       bruno,
       {{"first_name", "Bruno"},
        {"last_name", "Okafor"},
        {"phone", bruno},
        {"email", "bruno@example.com"}},
       {{gohighlevel, arrives}, {generic, arrives}, {verity, skipped}}},
      {"Generic CRM: Chiyo Tanaka is added",
       "A system that nobody wrote a connector for: signed Standard Webhooks, both ways.",
       generic,
       true,
       chiyo,
       {{"first_name", "Chiyo"},
        {"last_name", "Tanaka"},
        {"phone", chiyo},
        {"email", "chiyo@example.com"}},
       {{gohighlevel, arrives}, {aloware, arrives}, {verity, skipped}}},
      {"Verity: an unknown person texts",
       "The sender becomes a contact everywhere, with the phone number as all that is known.",
       verity,
       true,
       texter,
       {{"phone", texter}},
       {{gohighlevel, arrives}, {aloware, arrives}, {generic, arrives}}}};
}

std::vector<Change> edits() {
  return {
      {"GoHighLevel: Bruno Okafor, born in Aloware, gets a company",
       "GoHighLevel's webhook is forwarded, so Verity hears of Bruno now.",
       gohighlevel,
       false,
       bruno,
       {{"company", "Okafor Dental"}},
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}}},
      {"Aloware: Ada Lindqvist marries and is called Ada Berg",
       "",
       aloware,
       false,
       ada,
       {{"last_name", "Berg"}},
       {{gohighlevel, arrives}, {generic, arrives}, {verity, skipped}}},
      {"Generic CRM: Ada Berg gets a new e-mail address",
       "",
       generic,
       false,
       ada,
       {{"email", "ada.berg@example.com"}},
       {{gohighlevel, arrives}, {aloware, arrives}, {verity, skipped}}},
      {"GoHighLevel and the generic CRM: both change Chiyo's company",
       "The generic CRM is down when the change comes (503). Before we try again, somebody there "
       "changes the same field. Both edited the same value: a conflict, decided by the configured "
       "precedence, never by clocks. The winner is delivered when the CRM is back.",
       gohighlevel,
       false,
       chiyo,
       {{"company", "Alder Clinic"}},
       {{aloware, arrives}, {generic, arrives}, {verity, arrives}},
       Rival{generic, {{"company", "Cedar Clinic"}}}}};
}

} // namespace

std::vector<Change> changes() {
  auto all = additions();
  for (auto& edit : edits())
    all.push_back(std::move(edit));
  all.push_back({"GoHighLevel: Dag Moe is added, marked \"do not disturb\"",
                 "A contact with an opt-out sign is known to the engine and goes nowhere else.",
                 gohighlevel,
                 true,
                 dag,
                 {{"first_name", "Dag"}, {"last_name", "Moe"}, {"phone", dag}, {"dnd", "true"}},
                 {{aloware, blocked}, {generic, blocked}, {verity, blocked}}});
  return all;
}

} // namespace tidemark::demo
