#include "replay-tools/report/facts_json.hpp"

#include "replay-tools/report/declared.hpp"
#include "replay-tools/report/forms.hpp"

namespace tidemark::tools {
namespace {

constexpr const char* stayed = "the report does not hold the words: tidemark diagnose on that "
                               "machine says them";

/// A text of which only is told whether there is one.
template <class Text>
struct Said {
  Text& text;
};
template <class Text>
Said(Text&) -> Said<Text>;

/// Texts of which only the number is told.
template <class List>
struct HowMany {
  List& list;
};
template <class List>
HowMany(List&) -> HowMany<List>;

struct Writer {
  ReportJson& out;
  void operator()(const char* name, bool value) const { out[name] = value; }
  void operator()(const char* name, std::uint64_t value) const { out[name] = value; }
  void operator()(const char* name, std::uint32_t value) const { out[name] = value; }
  void operator()(const char* name, Position value) const { out[name] = value.value; }
  void operator()(const char* name, Timestamp value) const { out[name] = to_rfc3339(value); }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) const {
    if (value)
      (*this)(name, *value);
    else
      out[name] = nullptr;
  }
  template <class Text>
  void operator()(const char* name, Said<Text> said) const {
    out[name] = !said.text.empty();
  }
  template <class List>
  void operator()(const char* name, HowMany<List> many) const {
    out[name] = many.list.size();
  }
};

/// Takes what is there and fits; the rest stays as it is.
struct Reader {
  const ReportJson& in;
  const ReportJson* at(const char* name) const {
    const auto found = in.is_object() ? in.find(name) : in.end();
    return found == in.end() ? nullptr : &*found;
  }
  void operator()(const char* name, bool& value) const {
    if (const auto* json = at(name); json && json->is_boolean())
      value = json->get<bool>();
  }
  void operator()(const char* name, std::uint64_t& value) const {
    if (const auto* json = at(name); json && json->is_number_unsigned())
      value = json->get<std::uint64_t>();
  }
  void operator()(const char* name, std::uint32_t& value) const {
    std::uint64_t wide = value;
    (*this)(name, wide);
    value = static_cast<std::uint32_t>(wide);
  }
  void operator()(const char* name, Position& value) const { (*this)(name, value.value); }
  void operator()(const char* name, Timestamp& value) const {
    if (const auto* json = at(name); json && json->is_string())
      value = from_rfc3339(json->get<std::string>()).value_or(value);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) const {
    if (const auto* json = at(name); json && !json->is_null()) {
      value.emplace();
      (*this)(name, *value);
    }
  }
  void operator()(const char* name, Said<std::string> said) const {
    bool is_there = false;
    (*this)(name, is_there);
    said.text = is_there ? stayed : "";
  }
  void operator()(const char* name, HowMany<std::vector<std::string>> many) const {
    std::uint64_t count = 0;
    (*this)(name, count);
    many.list.assign(std::min<std::uint64_t>(count, 1000), stayed);
  }
};

template <class Facts, class Visit>
void members_of_configuration(Facts& facts, const Visit& visit) {
  visit("readable", facts.readable);
  visit("faults", HowMany{facts.faults});
  visit("loopback_http", facts.loopback_http);
  visit("tenants_at_any_hour", HowMany{facts.any_hour});
  visit("tokens", facts.tokens);
  visit("connectors", facts.connectors);
  visit("receiving", facts.receiving);
  visit("receivers", facts.receivers);
}

template <class Facts, class Visit>
void members_of_machine(Facts& facts, const Visit& visit) {
  visit("disk_free", facts.disk_free);
  visit("disk_size", facts.disk_size);
  visit("inodes_free", facts.inodes_free);
  visit("inodes", facts.inodes);
  visit("file_handles", facts.file_handles);
  visit("memory_available", facts.memory_available);
  visit("memory", facts.memory);
  visit("clock_synchronised", facts.clock_synchronised);
  visit("certificates", facts.certificates);
  visit("time_zones", facts.time_zones);
  visit("temporary_folder", facts.temporary_folder);
}

template <class Facts, class Visit>
void members_of_folder(Facts& facts, const Visit& visit) {
  visit("exists", facts.exists);
  visit("ours", facts.ours);
  visit("writable", facts.writable);
  visit("mode", facts.mode);
  visit("has_log", facts.has_log);
  visit("has_keys", facts.has_keys);
  visit("keys_private", facts.keys_private);
  visit("plain_secrets", facts.plain_secrets);
  visit("store_keys", HowMany{facts.store_keys});
  visit("store_key_rotating", facts.rotating);
  visit("damage", Said{facts.damage});
  visit("acknowledged", facts.acknowledged);
  visit("end", facts.end);
  visit("newest_at", facts.newest_at);
  visit("chain_broken", Said{facts.chain_broken});
  visit("spooled", facts.spooled);
  visit("damaged_copies", facts.damaged_copies);
  visit("checkpoint_left", facts.checkpoint_left);
  visit("backup_runs", facts.backup_runs);
}

template <class Facts, class Visit>
void members_of_service(Facts& facts, const Visit& visit) {
  visit("running", facts.running);
  visit("refused", Said{facts.refused});
  visit("dead", facts.dead);
  visit("rejected", facts.rejected);
  visit("reviews", facts.reviews);
  visit("held", facts.held);
  visit("missed_deadlines", facts.missed_deadlines);
}

template <class Facts, class Visit>
void members_of_backups(Facts& facts, const Visit& visit) {
  visit("damage", Said{facts.damage});
  visit("damaged", facts.damaged);
  visit("newest_at", facts.newest_at);
  visit("checked_at", facts.checked_at);
}

} // namespace

ReportJson to_report(const ConfigurationFacts& facts) {
  ReportJson out;
  members_of_configuration(facts, Writer{out});
  return out;
}
ReportJson to_report(const MachineFacts& facts) {
  ReportJson out;
  members_of_machine(facts, Writer{out});
  return out;
}
ReportJson to_report(const FolderFacts& facts) {
  ReportJson out;
  members_of_folder(facts, Writer{out});
  return out;
}
ReportJson to_report(const ServiceFacts& facts) {
  ReportJson out;
  members_of_service(facts, Writer{out});
  auto status = only_declared(facts.status, status_form);
  out["status"] = std::move(status.value);
  out["status_members_left_out"] = status.left_out;
  return out;
}
ReportJson to_report(const BackupFact& facts) {
  ReportJson out;
  members_of_backups(facts, Writer{out});
  return out;
}
ReportJson to_report(const std::vector<ProbeFact>& steps, bool whole) {
  ReportJson list = ReportJson::array();
  for (const auto& one : steps)
    list.push_back(only_declared({{"connector", one.connector},
                                  {"step", one.step},
                                  {"verdict", one.verdict},
                                  {"reason_code", one.reason}},
                                 probe_form)
                       .value);
  return {{"whole", whole}, {"steps", std::move(list)}};
}

void from_report(const ReportJson& json, ConfigurationFacts& facts) {
  facts.file = "the configuration";
  members_of_configuration(facts, Reader{json});
}
void from_report(const ReportJson& json, MachineFacts& facts) {
  members_of_machine(facts, Reader{json});
}
void from_report(const ReportJson& json, FolderFacts& facts) {
  facts.path = "the data folder";
  members_of_folder(facts, Reader{json});
}
void from_report(const ReportJson& json, ServiceFacts& facts) {
  members_of_service(facts, Reader{json});
  if (const auto* status = Reader{json}.at("status"); status && status->is_object())
    facts.status = only_declared(*status, status_form).value;
}
void from_report(const ReportJson& json, BackupFact& facts) {
  facts.folder = "FOLDER";
  members_of_backups(facts, Reader{json});
}
bool from_report(const ReportJson& json, std::vector<ProbeFact>& steps) {
  bool whole = false;
  Reader{json}("whole", whole);
  const auto* list = Reader{json}.at("steps");
  for (const auto& one : list && list->is_array() ? *list : ReportJson::array()) {
    const auto word = [&](const char* name) {
      const auto* at = Reader{one}.at(name);
      return at && at->is_string() ? at->get<std::string>() : std::string();
    };
    steps.push_back(
        {word("connector"), word("step"), word("verdict"), word("reason_code"), "", ""});
  }
  return whole;
}

} // namespace tidemark::tools
