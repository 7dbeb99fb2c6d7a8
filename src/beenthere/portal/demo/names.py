"""Made-up names for made-up people, as mixed as the people peer support meets."""

from typing import Final

GIVEN: Final = """
Aaliyah Aaron Abel Adriana Aisha Alejandro Alma Alonzo Amara Amir Andre Angela Anita Antonio April Arturo Asha
Beatriz Benjamin Bernice Bianca Brandon Brenda Bridget Bruno Camila Carla Carlos Carmen Cedric Celeste Chandra
Charlene Clara Clarence Claudia Colin Consuelo Corey Crystal Damon Daniela Darnell Dawn Deandre Delia Derek Diego
Dolores Dominic Donna Dwayne Edith Eduardo Elena Elias Elijah Emilio Erica Ernesto Esther Eva Faith Fatima Felix
Fernanda Florence Francisco Gabriela Gerald Gloria Graciela Gregory Guadalupe Gwen Hannah Harold Hector Helen Ibrahim
Imani Ines Irene Isaac Isabel Ivan Jacqueline Jamal Janelle Javier Jenna Jerome Jesús Joan Joaquín Jorge Josephine
Juanita Julian Kareem Kayla Keisha Kendra Kenji Kevin Kiara Lamar Latoya Laura Leah Leon Leticia Linh Lorena Lucas
Luis Luz Malik Marcus María Mariana Marisol Marta Mateo Maya Mercedes Miguel Monique Myra Nadia Naomi Natalie Nathan
Nelson Nicole Noé Nora Octavio Olga Omar Oscar Pablo Pamela Patrice Paul Pedro Quentin Rachel Rafael Ramona Raúl
Regina René Renee Ricardo Rosa Rosalind Rubén Ruth Salma Samir Sandra Santiago Selena Shanice Sheila Silvia Simone
Sofía Stella Tamika Tanya Teresa Terrence Tomás Tremaine Trisha Tyrone Valeria Vanessa Vera Víctor Violet Wanda Wei
Wesley Xavier Yasmin Yolanda Yusuf Zoe
""".split()

FAMILY: Final = """
Abbott Acosta Adams Adeyemi Aguilar Ahmed Alvarado Anderson Archer Avila Bailey Baker Banks Barnes Barrera Begay
Bell Benítez Bishop Blackwood Bowen Boyd Brooks Bryant Burke Butler Cabrera Calderón Campbell Cárdenas Carter Castillo
Chambers Chan Chávez Clark Coleman Collins Contreras Cook Cooper Cordero Cortez Crawford Cruz Daniels Davis Delgado
Díaz Dixon Doyle Dunn Edwards Ellis Escobar Espinoza Evans Ferguson Fernández Figueroa Fisher Flores Ford Foster
Fuentes Gallegos García Gibson Gómez González Gordon Graham Grant Gray Greene Guerrero Gutiérrez Hall Hamilton Harper
Harris Hayes Henderson Hernández Herrera Hicks Hill Holloway Howard Hughes Hunter Ibarra Jackson James Jefferson
Jiménez Johnson Jordan Juárez Kelly Kennedy Kim King Knight Lara Lawson Leblanc Lee León Lewis Long López Lowe Luna
Macias Marsh Martin Martínez Mason Matthews Medina Mejía Méndez Mendoza Miles Miller Molina Montgomery Montoya Moore
Morales Moreno Morgan Morris Moss Muñoz Murphy Murray Myers Navarro Nelson Newman Nguyen Nichols Núñez O'Brien O'Neal
Ochoa Oliver Olson Ortega Ortiz Owens Pacheco Padilla Palmer Park Parker Patel Patterson Peña Peralta Pérez Perry
Peters Phillips Pierce Porter Powell Price Quinn Quintero Ramírez Ramos Reed Reyes Reynolds Rhodes Rice Richards Ríos
Rivera Roberts Robinson Rodríguez Rogers Rojas Romero Rosales Ross Ruiz Russell Salazar Salinas Sanders Sandoval
Santos Saunders Serrano Shaw Silva Simmons Simpson Sims Singh Smith Solís Soto Spencer Stevens Stewart Stone Suárez
Sullivan Taylor Thomas Thompson Torres Tran Trujillo Tucker Turner Valdez Valencia Vargas Vásquez Vega Velasco Wade
Walker Wallace Walsh Ward Washington Watkins Watson Webb Wells West White Whitfield Williams Wilson Wong Wood Wright
Young Zamora Zavala
""".split()

PRONOUNS: Final = ("she/her", "he/him", "they/them", "she/her", "he/him", "", "")
