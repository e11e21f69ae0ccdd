#include "tests/simulation/oracle/people.hpp"

#include <fmt/format.h>

namespace tidemark::sim {
namespace {

std::string phone_in(const sandbox::Json& record) {
  const auto phone = sandbox::text_of(record, "phone");
  return phone.empty() ? sandbox::text_of(record, "phone_number") : phone;
}

} // namespace

std::vector<sandbox::Json> records_of(SimVendors& vendors, const std::string& system,
                                      const Person& person) {
  std::vector<sandbox::Json> out;
  for (const auto& record : vendors.system(system).contacts())
    if (phone_in(record) == person.phone || sandbox::text_of(record, "email") == person.email)
      out.push_back(record);
  return out;
}

std::string People::record_of(const Person& person, const std::string& system) const {
  const auto records = records_of(vendors_, system, person);
  if (records.empty())
    return {};
  const auto& id = records.front()["id"];
  return id.is_string() ? id.get<std::string>() : id.dump();
}

std::string People::act() {
  if (people_.size() < swarm_.people && (people_.empty() || rng_.chance(400)))
    return add();
  last_changed_ = rng_.below(people_.size());
  return change(people_[last_changed_]);
}

std::string People::opt_out_now() {
  if (people_.empty())
    return {};
  auto& person = people_[last_changed_];
  auto systems = full_targets();
  const auto system = rng_.pick(systems);
  return opt_out(person, system) ? fmt::format("{} opts out in {} now", person.name, system) : "";
}

std::string People::add() {
  Person person;
  const auto number = people_.size();
  person.tenant = tenant_;
  // The same numbers in every tenant: nothing may pass from one to the other.
  person.phone = fmt::format("+1312555{:04}", 1000 + number);
  person.email = fmt::format("p{}@people.example", number);
  person.name = fmt::format("{}-p{}-v0", tenant_, number);
  person.names.insert(person.name);
  auto systems = full_targets();
  person.origin = rng_.pick(systems);
  sandbox::Json fields{{"first_name", person.name},
                       {"last_name", "Of " + tenant_},
                       {"phone", person.phone},
                       {"email", person.email}};
  if (person.origin != "generic" && rng_.chance(swarm_.rate("opt_out"))) {
    person.opted_out = true;
    coverage_.hit("fault.opt_out");
    fields[person.origin == "gohighlevel" ? "dnd" : "is_dnc"] = true;
  }
  vendors_.system(person.origin).person("POST", "", fields);
  coverage_.hit("person.added");
  last_changed_ = people_.size();
  people_.push_back(person);
  return fmt::format("add {} in {}{}", person.name, person.origin,
                     person.opted_out ? " opted out" : "");
}

const std::vector<std::string>& stop_texts() {
  static const std::vector<std::string> texts{
      "STOP",    "stop",    "Stop.",  " Stop!! ", "STOPALL", "stop all", "Unsubscribe",
      "OPT-OUT", "opt out", "cancel", "END",      "Quit!",   "“STOP”",   "stop texting me"};
  return texts;
}

const std::vector<std::string>& start_texts() {
  static const std::vector<std::string> texts{"START", "unstop", "Start!"};
  return texts;
}

std::string People::text(const std::function<bool(const Person&)>& is_known) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < people_.size(); ++i)
    if (is_known(people_[i]))
      known.push_back(i);
  if (known.empty())
    return "nothing";
  auto& person = people_[rng_.pick(known)];
  static const std::vector<std::string> harmless{
      start_texts()[0], start_texts()[1],       start_texts()[2],     "Yes",  "HELP",
      "info",           "see you this weekend", "I can recommend it", "🙂", ""};
  const bool stop = rng_.chance(swarm_.rate("opt_out"));
  const auto words =
      stop ? stop_texts()[rng_.below(stop_texts().size())] : harmless[rng_.below(harmless.size())];
  if (stop)
    coverage_.hit("fault.opt_out_by_text");
  person.opted_out = person.opted_out || stop;
  coverage_.hit("person.texted");
  const auto says = [&](const std::string& text) {
    vendors_.system("verity").person("POST", "",
                                     sandbox::Json{{"from", person.phone}, {"body", text}});
  };
  // What was said before the last word may be heard after it.
  if (stop && rng_.chance(500)) {
    coverage_.hit("person.changed_mind");
    for (const auto& start : start_texts())
      says(start);
  }
  says(words);
  return fmt::format("{} texts \"{}\"", person.name, words);
}

bool People::opt_out(Person& person, const std::string& system) {
  const auto id = record_of(person, system);
  if (person.opted_out || id.empty() || system == "generic") // which has no such sign
    return false;
  person.opted_out = true;
  coverage_.hit("fault.opt_out");
  vendors_.system(system).person("PUT", id,
                                 sandbox::Json{{system == "gohighlevel" ? "dnd" : "is_dnc", true}});
  return true;
}

std::string People::change(Person& person) {
  auto systems = full_targets();
  const auto system = rng_.pick(systems);
  const auto id = record_of(person, system);
  if (id.empty())
    return "nothing";
  auto& there = vendors_.system(system);
  if (rng_.chance(swarm_.rate("removal"))) {
    there.person("DELETE", id, sandbox::Json::object());
    person.removed = true;
    coverage_.hit("fault.removal");
    return fmt::format("remove {} from {}", person.name, system);
  }
  if (rng_.chance(swarm_.rate("opt_out")) && opt_out(person, system))
    return fmt::format("{} opts out in {}", person.name, system);
  const auto stem = person.name.substr(0, person.name.rfind('v') + 1);
  person.name = stem + std::to_string(++person.edits);
  person.names.insert(person.name);
  there.person("PUT", id, sandbox::Json{{"first_name", person.name}});
  coverage_.hit("person.edited");
  // The worst moment: what was just changed is on its way to everybody.
  const auto elsewhere = rng_.pick(systems);
  if (rng_.chance(swarm_.rate("opt_out")) && opt_out(person, elsewhere))
    return fmt::format("edit {} in {}, opts out in {}", person.name, system, elsewhere);
  return fmt::format("edit {} in {}", person.name, system);
}

} // namespace tidemark::sim
