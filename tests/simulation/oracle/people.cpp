#include "tests/simulation/oracle/people.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::sim {
namespace {

constexpr std::size_t numbers_max = 4; // of one person
constexpr std::size_t first_number = 1000;

/// The same numbers in every tenant: nothing may pass from one to the other.
std::string number_of(std::size_t person, std::size_t had_before) {
  return fmt::format("+1312555{:04}", first_number * (1 + had_before) + person);
}

std::string mail_of(std::size_t person) {
  return fmt::format("p{}@people.example", person);
}

void rename(Person& person) {
  const auto stem = person.name.substr(0, person.name.rfind('v') + 1);
  person.name = stem + std::to_string(++person.edits);
  person.names.insert(person.name);
}

} // namespace

std::string phone_in(const sandbox::Json& record) {
  const auto phone = sandbox::text_of(record, "phone");
  return phone.empty() ? sandbox::text_of(record, "phone_number") : phone;
}

bool is_about(const Person& person, std::string_view text) {
  return std::ranges::any_of(person.numbers, [&](const auto& number) {
    return text.find(number) != std::string_view::npos;
  });
}

std::vector<sandbox::Json> records_of(SimVendors& vendors, const std::string& system,
                                      const Person& person) {
  std::vector<sandbox::Json> out;
  for (const auto& record : vendors.system(system).contacts())
    if (person.numbers.contains(phone_in(record))
        || sandbox::text_of(record, "email") == person.email)
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

std::string People::act(const std::function<bool(const Person&)>& may_renumber) {
  if (people_.size() < swarm_.people && (people_.empty() || rng_.chance(400)))
    return add();
  last_changed_ = rng_.below(people_.size());
  return change(people_[last_changed_], may_renumber);
}

std::string People::opt_out_now() {
  if (people_.empty())
    return {};
  auto& person = people_[last_changed_];
  auto systems = full_targets();
  const auto system = rng_.pick(systems);
  return opt_out(person, system) ? fmt::format("{} opts out in {} now", person.name, system) : "";
}

Person People::fresh() {
  Person person;
  const auto number = people_.size();
  person.tenant = tenant_;
  person.phone = number_of(number, 0);
  person.numbers.insert(person.phone);
  person.email = mail_of(number);
  person.name = fmt::format("{}-p{}-v0", tenant_, number);
  person.names.insert(person.name);
  person.opted_out = listed_.contains(person.phone) || listed_.contains(person.email);
  return person;
}

std::string People::add() {
  auto person = fresh();
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

std::string People::put_on_list(std::size_t place, bool by_phone) {
  auto* person = place < people_.size() ? &people_[place] : nullptr;
  const auto address = by_phone ? (person ? person->phone : number_of(place, 0)) : mail_of(place);
  listed_.insert(address);
  if (person)
    person->opted_out = true;
  return address;
}

sandbox::Json People::list_contact(Rng& rng) {
  if (people_.size() < swarm_.people && (people_.empty() || rng.chance(500))) {
    auto person = fresh();
    person.origin = "a list";
    people_.push_back(person);
    return {{"first_name", person.name},
            {"last_name", "Of " + tenant_},
            {"phone", person.phone},
            {"email", person.email}};
  }
  auto& person = rng.pick(people_);
  rename(person);
  return {{"first_name", person.name}, {"email", person.email}};
}

std::string People::mark_in_dialer(const std::string& address, bool told) {
  const auto person = std::ranges::find_if(people_, [&](const Person& one) {
    return one.email == address || one.numbers.contains(address);
  });
  const auto id = person == people_.end() ? std::string() : record_of(*person, "aloware");
  if (id.empty() || !person->opted_out)
    return {};
  vendors_.keep_quiet(!told);
  vendors_.system("aloware").person("PUT", id, sandbox::Json{{"is_dnc", true}});
  vendors_.keep_quiet(false);
  return person->name;
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

/// No call can do that there; whoever knows the record by its number looks in vain.
void People::renumber(Person& person, const std::string& id) {
  const auto place = static_cast<std::size_t>(&person - people_.data());
  person.phone = number_of(place, person.numbers.size());
  person.numbers.insert(person.phone);
  coverage_.hit("fault.number_changed");
  vendors_.system("aloware").person("PUT", id, sandbox::Json{{"phone_number", person.phone}});
}

std::string People::change(Person& person, const std::function<bool(const Person&)>& may_renumber) {
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
  if (system == "aloware" && !person.opted_out && person.numbers.size() < numbers_max
      && rng_.chance(swarm_.rate("number_changed")) && may_renumber(person)) {
    renumber(person, id);
    return fmt::format("{} has {} in the dialer", person.name, person.phone);
  }
  rename(person);
  there.person("PUT", id, sandbox::Json{{"first_name", person.name}});
  coverage_.hit("person.edited");
  // The worst moment: what was just changed is on its way to everybody.
  const auto elsewhere = rng_.pick(systems);
  if (rng_.chance(swarm_.rate("opt_out")) && opt_out(person, elsewhere))
    return fmt::format("edit {} in {}, opts out in {}", person.name, system, elsewhere);
  return fmt::format("edit {} in {}", person.name, system);
}

} // namespace tidemark::sim
