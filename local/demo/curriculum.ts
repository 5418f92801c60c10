/** A department no record stands for: the program that names it has nowhere to go. */
export const unknownDepartmentId = 99;

/** Departments; the row number is the id, as in all tables here. */
export const departmentRows: [name: string, code: string, parent: number | false][] = [
  ['Example University', 'EXU', false],
  ['Faculty of Science', 'SCI', 1],
  ['Computing & Data', 'CMP', 2],
  ['Law, Economics & Society', 'LES', 1],
];

/** Roots hold no subjects; their semesters do, as in OpenEduCat's own demo data. The last has nowhere to go. */
export const programRows: [name: string, code: string, parent: number | false, department: number | false][] =
  [
    ['BSc Physics', 'BSCPHY', false, 2],
    ['BSc Physics Semester 1', 'BSCPHY-1', 1, 2],
    ['BSc Physics Semester 2', 'BSCPHY-2', 1, 4],
    ['BSc Computer Science', 'BSCCS', false, 3],
    ['Computer Science Semester 1', 'BSCCS-1', 4, 3],
    ['Computer Science Semester 2', 'BSCCS-2', 4, false],
    ['Law & Ethics', 'LAW', false, 4],
    ['Law & Ethics Semester 1', 'LAW-1', 7, 4],
    ['Law & Ethics Semester 2', 'LAW-2', 7, 4],
    ['BA Économie', 'ECO', false, 4],
    ['Économie Semester 1', 'ECO-1', 10, 4],
    ['Summer School', 'SUMMER', false, unknownDepartmentId],
  ];

/** The subjects of each semester: program, then code and name; "?" marks an elective, "=" a shared subject. */
export const subjectPlan: [program: number, department: number, subjects: string[]][] = [
  [2, 2, ['PHY101 Mechanics', 'PHY102 Optics', 'PHY103 Mathematical Methods', 'PHY104 Laboratory I']],
  [2, 2, ['PHY105? Astronomy & Cosmology', 'GEN100 Academic Writing']],
  [3, 2, ['PHY201 Electromagnetism', 'PHY202 Thermodynamics', 'PHY203 Waves', 'PHY204 Laboratory II']],
  [3, 2, ['PHY205? Medical Physics', 'PHY206 Numerical Methods']],
  [5, 3, ['CS101 Programming in Python', 'CS102 Discrete Mathematics', 'CS103 Web Development']],
  [5, 3, ['CS104 Computer Systems', 'CS105? Game Design 🎮', 'GEN100=', 'PHY103=']],
  [6, 3, ['CS201 Data Structures & Algorithms', 'CS202 Databases', 'CS203 C++ & Rust']],
  [6, 3, ['CS204 Operating Systems', 'CS205? Machine Learning', "CS206? Human's Computer: Interaction"]],
  [8, 4, ['LAW101 Introduction to Law', 'LAW102 Roman Law', 'LAW103 Ethics', 'LAW104? Mock Trial']],
  [8, 4, ['LAW105 Constitutional Law', 'GEN100=']],
  [9, 4, ['LAW201 Contracts', 'LAW202 Torts', 'LAW203 "Soft" Law', 'LAW204 Criminal Law']],
  [9, 4, ['LAW205? Law of the Sea', 'LAW206 European Law']],
  [11, 4, ['ECO101 Microéconomie', 'ECO102 Statistics', 'ECO103 Accounting', 'ECO104 Economic History']],
  [11, 4, ['ECO105? Game Theory', 'ECO106 Business Law', 'GEN100=', 'LAW103=']],
];

/** Batches and the semester each belongs to. */
export const batchRows: [name: string, code: string, program: number][] = [
  ['Physics 2026', 'PHY-2026', 2],
  ['Physics 2026 evening', 'PHY-2026-E', 2],
  ['Physics 2025', 'PHY-2025', 3],
  ['CS 2026 🚀', 'CS-2026', 5],
  ['CS 2026 part-time', 'CS-2026-P', 5],
  ['CS 2025', 'CS-2025', 6],
  ['CS 2025 part-time', 'CS-2025-P', 6],
  ['Law 2026 A & B', 'LAW-2026', 8],
  ['Law 2026 C', 'LAW-2026-C', 8],
  ['Law 2025', 'LAW-2025', 9],
  ['Économie 2026', 'ECO-2026', 11],
  ["Économie 2026 d'été", 'ECO-2026-E', 11],
];
