#pragma once
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/open_log.hpp"

#include <gtest/gtest.h>

/// What the tests of the service's parts share.
namespace tidemark::app::test {

inline const TenantId acme{"acme"};
inline const ConnectorName crm{"crm"};
inline const ContactId ana{"c0123456789abcdef0123"};

class SetClock final : public WallClock {
public:
  Timestamp now() const override { return at; }
  Timestamp at{std::chrono::seconds{1'767'607'200}};
};

/// A folder with plenty of room; of everything else it has nothing.
class Folder final : public storage::OpenLog {
public:
  explicit Folder(storage::LogStore& log) : log_(log) {}
  storage::LogStore& log() override { return log_; }
  storage::TableStore& tables() override { throw std::logic_error("not asked for here"); }
  storage::RocksTables* rocks_tables() override { return nullptr; }
  const SecretText& pepper() const override { return pepper_; }
  const storage::SecretFiles& secrets() const override { return secrets_; }
  const Hash16& incarnation() const override { return incarnation_; }
  const std::vector<std::string>& notes() const override { return notes_; }
  storage::DiskLevel disk_level() const override { return storage::DiskLevel::plenty; }
  storage::LogCounts counts() const override { return {}; }
  Status check_files() const override { return Done{}; }
  std::vector<storage::DbFigures> figures() const override { return shown; }
  Status checkpoint(const std::string&) const override { return Done{}; }
  std::vector<storage::DbFigures> shown;

private:
  storage::LogStore& log_;
  SecretText pepper_;
  storage::SecretFiles secrets_{"/nonexistent"};
  Hash16 incarnation_{};
  std::vector<std::string> notes_;
};

/// A log in memory that tests write to.
struct House {
  Position put(const StreamName& stream, events::Event event, const TenantId& tenant = acme) {
    storage::Append append;
    append.tenant = tenant;
    append.events.push_back({stream, std::move(event), {}, {}});
    const auto outcome = storage::append_and_wait(log, std::move(append));
    const auto* stored = std::get_if<storage::Appended>(&outcome);
    EXPECT_NE(stored, nullptr);
    return stored ? stored->first : Position{};
  }

  SetClock clock;
  storage::MemoryLog log{clock};
};

} // namespace tidemark::app::test
